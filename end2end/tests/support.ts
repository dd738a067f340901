// What every journey shares: a page that tolerates no complaint, hydration, accessibility.
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import axe from "axe-core";

type Options = {
  /** Complaints that a journey provokes on purpose, for instance the 404 of a missing page. */
  expectedComplaints: RegExp[];
};

/**
 * Playwright's `test`, except that it fails when the browser has complained: a warning or an error
 * on the console, an uncaught error, a request that could not be made.
 */
export const test = base.extend<Options & { quietBrowser: void }>({
  expectedComplaints: [[], { option: true }],
  quietBrowser: [
    async ({ context, expectedComplaints }, use) => {
      const complaints = collectComplaints(context);
      await use();
      const unexpected = complaints.filter((text) => !expectedComplaints.some((it) => it.test(text)));
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

/** Fails with one line for each accessibility violation that axe finds in the page as it is now. */
export async function expectAxeClean(page: Page): Promise<void> {
  // Evaluated by the debugger, which the page's Content-Security-Policy does not reach.
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  const violations = results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}: ${node.target.join(" ")}`),
  );
  expect(violations, `axe at ${page.url()}`).toEqual([]);
}
