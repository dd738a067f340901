// Theme, density and side bar: chosen once, kept, and right from the first paint.
import { expect, hydrated, menu, open, rowLinks, test } from "./support";
import type { Page } from "@playwright/test";

/** Red, green and blue of what is behind the page, added up: small is dark. */
function brightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d")!;
    canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return red + green + blue;
  });
}

const DARK = 150;
const LIGHT = 600;

/** Chooses in the menu of the bar and waits until the server has answered with the cookie. */
async function choose(page: Page, word: string) {
  const appearance = menu(page, "Appearance");
  if ((await appearance.getAttribute("open")) === null) await appearance.locator("summary").click();
  const kept = page.waitForResponse((response) => response.url().endsWith("/_fn/set_appearance"));
  await appearance.getByRole("button", { name: word }).click();
  expect((await kept).ok()).toBe(true);
  await expect(appearance.getByRole("button", { name: word })).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Escape");
}

test("without a choice the system decides, at once", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(page, "/");
  expect(await brightness(page)).toBeGreaterThan(LIGHT);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => brightness(page)).toBeLessThan(DARK);
});

test("dark is kept, and there before the first paint", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(page, "/catalog");
  await choose(page, "Dark");
  await expect.poll(() => brightness(page)).toBeLessThan(DARK);

  // The server writes it into the document; the browser then has nothing to change.
  const response = await page.request.get("/catalog");
  expect(await response.text()).toMatch(/<html[^>]* data-theme="dark"/);
  await page.addInitScript(() => {
    const changes: string[] = ((window as unknown as { changes: string[] }).changes = []);
    new MutationObserver((records) => {
      for (const record of records) changes.push(String(record.oldValue));
    }).observe(document, { attributeFilter: ["data-theme"], attributeOldValue: true, subtree: true });
  });
  await page.reload();
  await hydrated(page);
  expect(await brightness(page)).toBeLessThan(DARK);
  expect(await page.evaluate(() => (window as unknown as { changes: string[] }).changes)).toEqual([]);

  await choose(page, "As the system says");
  await expect.poll(() => brightness(page)).toBeGreaterThan(LIGHT);
  await page.reload();
  await hydrated(page);
  expect(await brightness(page)).toBeGreaterThan(LIGHT);
});

test("light is kept where the system is dark", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page, "/");
  await choose(page, "Light");
  await page.reload();
  await hydrated(page);
  expect(await brightness(page)).toBeGreaterThan(LIGHT);
});

test("compact rows are lower, and kept beside the theme", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  const height = async () => (await page.getByRole("row").nth(1).boundingBox())?.height ?? 0;
  const normal = await height();
  await choose(page, "Dark");
  await choose(page, "Compact");
  await expect.poll(height).toBeLessThan(normal);
  await page.reload();
  await hydrated(page);
  expect(await height()).toBeLessThan(normal);
  expect(await brightness(page)).toBeLessThan(DARK);
  await expect(rowLinks(page).first()).toBeVisible();
});

test("two quick choices are both kept", async ({ page, context }) => {
  await open(page, "/");
  // The second request leaves before the first has brought its cookie: here it never does.
  let sent = 0;
  await page.route("**/_fn/set_appearance", async (route) => {
    sent += 1;
    if (sent === 2) await route.continue();
    else await route.fulfill({ status: 200, contentType: "application/json", body: "null" });
  });
  const appearance = menu(page, "Appearance");
  await appearance.locator("summary").click();
  await appearance.getByRole("button", { name: "Dark" }).click();
  await appearance.getByRole("button", { name: "Compact" }).click();
  const look = async () => (await context.cookies()).find((cookie) => cookie.name === "callboard-look")?.value;
  await expect.poll(look).toBe("dark.compact");
});

test("the side bar folds and stays folded", async ({ page }) => {
  await open(page, "/");
  const side = page.getByRole("navigation", { name: "Main" });
  const width = async () => (await side.boundingBox())?.width ?? 0;
  const wide = await width();
  const kept = page.waitForResponse((response) => response.url().endsWith("/_fn/set_appearance"));
  await side.getByRole("button", { name: "Fold the side bar" }).click();
  await kept;
  await expect.poll(width).toBeLessThan(wide / 2);
  await page.reload();
  await hydrated(page);
  expect(await width()).toBeLessThan(wide / 2);
  await side.getByRole("link", { name: "Catalog" }).click();
  await expect(page).toHaveURL("/catalog");
});
