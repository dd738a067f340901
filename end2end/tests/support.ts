// What every journey shares: a page that tolerates no complaint, hydration, accessibility.
import { test as base, expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import axe from "axe-core";

type Options = {
  /** Complaints that a journey provokes on purpose, for instance the 404 of a missing page. */
  expectedComplaints: RegExp | undefined;
};

/**
 * Playwright's `test`, except that it fails when the browser has complained: a warning or an error
 * on the console, an uncaught error, a request that could not be made.
 */
export const test = base.extend<Options & { quietBrowser: void }>({
  expectedComplaints: [undefined, { option: true }],
  quietBrowser: [
    async ({ context, expectedComplaints }, use) => {
      const complaints = collectComplaints(context);
      await use();
      const unexpected = complaints.filter((text) => !expectedComplaints?.test(text));
      expect(unexpected, "the browser complained").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

function collectComplaints(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (event) => complaints.push(`uncaught: ${event.error().stack}`));
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "failed";
    // What a page was still fetching when the reader went elsewhere.
    if (reason === "net::ERR_ABORTED") return;
    complaints.push(`request: ${request.method()} ${request.url()}: ${reason}`);
  });
  return complaints;
}

/** Waits until the page answers to clicks and keys: the server's HTML has become an application. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
}

/** Opens a page and waits until it answers to clicks and keys. */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await hydrated(page);
}

/**
 * Leaves a mark in the page that only a reload removes. What is returned fails if it is gone.
 */
export async function markPage(page: Page): Promise<() => Promise<void>> {
  const marks = () => page.evaluate(() => (window as unknown as { mark?: string }).mark);
  await page.evaluate(() => ((window as unknown as { mark?: string }).mark = "here"));
  return async () => expect(await marks(), "the page was not loaded again").toBe("here");
}

/** The list of entities. */
export function table(page: Page): Locator {
  return page.getByRole("table", { name: "Entities" });
}

/** The link of each row to its entity, in the order of the list. */
export function rowLinks(page: Page): Locator {
  return table(page).locator("tbody tr > :first-child").getByRole("link");
}

/** The menu in whose button the words stand that `name` matches. */
export function menu(page: Page, name: string | RegExp): Locator {
  return page.locator("details").filter({ has: page.locator("summary").filter({ hasText: name }) });
}

/** Fails when the page is wider than the window: a reader would have to scroll to the side. */
export async function expectNoSideScroll(page: Page): Promise<void> {
  const tooWide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > width + 0.5,
    );
    return wide.map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 40)}`);
  });
  expect(tooWide, `wider than the window: ${page.url()}`).toEqual([]);
}

/** Fails with one line for each accessibility violation that axe finds in the page as it is now. */
export async function expectAxeClean(page: Page): Promise<void> {
  // Evaluated by the debugger, which the page's Content-Security-Policy does not reach.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const results = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  const violations = results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}: ${node.target.join(" ")}`),
  );
  expect(violations, `axe at ${page.url()}`).toEqual([]);
}

/** From the page on which people sign in to where they wanted to go, by way of the provider of OpenID Connect. */
export async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: "Sign in with single sign-on" }).click();
  // Who is known to the provider is not asked again.
  const login = page.locator("input[name=login]");
  await expect(login.or(page.getByRole("navigation", { name: "Main" }).first()).first()).toBeVisible();
  if (!(await login.isVisible())) return;
  await login.fill(name);
  await page.locator("input[name=password]").fill("anything");
  await page.getByRole("button", { name: /sign-in/i }).click();
  await page.getByRole("button", { name: /continue/i }).click();
}
