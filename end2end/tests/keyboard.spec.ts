// Everything can be reached and done with the keyboard, and one always sees where one is.
import { expect, markPage, menu, open, rowLinks, test } from "./support";
import type { Locator, Page } from "@playwright/test";

/** Presses Tab until `goal` has the focus; fails after `most` presses. */
async function tabTo(page: Page, goal: Locator, most = 60) {
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press("Tab");
    if (await goal.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`not reached with ${most} presses of Tab: ${goal}`);
}

/**
 * Fails unless what has the focus, or the field around it, has an outline. A shadow is no sign: it is
 * also there without the focus.
 */
async function expectVisibleFocus(page: Page) {
  const outline = await page.evaluate(() => {
    const element = document.activeElement!;
    return [element, element.closest("label") ?? element]
      .map((element) => getComputedStyle(element))
      .some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  });
  expect(outline, "the focus can be seen").toBe(true);
}

test("skip the navigation, choose in a menu, open an entity", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  const notReloaded = await markPage(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await expectVisibleFocus(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  const types = menu(page, /^\s*Type/);
  await tabTo(page, types.locator("summary"), 30);
  await expectVisibleFocus(page);
  await page.keyboard.press("Enter");
  await expect(types).toHaveAttribute("open");
  await tabTo(page, types.getByRole("link", { name: /^library/ }), 10);
  await expectVisibleFocus(page);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/catalog?kind=component&type=library");
  await expect(rowLinks(page)).toHaveText(["Seat Picker"]);

  await tabTo(page, rowLinks(page).first(), 40);
  await expectVisibleFocus(page);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/catalog/default/component/seat-picker");
  await expect(page.getByRole("heading", { level: 1, name: "Seat Picker" })).toBeVisible();
  await notReloaded();
});

test("another page takes the focus, another filter does not", async ({ page }) => {
  await open(page, "/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Catalog" }).press("Enter");
  await expect(page).toHaveURL("/catalog");
  await expect(page.getByRole("main")).toBeFocused();
  const owned = page.getByRole("navigation", { name: "Whose" }).getByRole("link", { name: "Owned" });
  await owned.press("Enter");
  await expect(page).toHaveURL("/catalog?scope=owned");
  await expect(owned).toHaveAttribute("aria-current", "page");
  await expect(owned).toBeFocused();
});

test("Escape closes a menu and leaves the focus at its button", async ({ page }) => {
  await open(page, "/catalog");
  const owners = menu(page, /^\s*Owner/);
  await owners.locator("summary").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await expect(owners.getByRole("link").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(owners).not.toHaveAttribute("open");
  await expect(owners.locator("summary")).toBeFocused();
});

test("a menu closes when another opens and when the reader turns elsewhere", async ({ page }) => {
  await open(page, "/catalog");
  const [owners, tags] = [menu(page, /^\s*Owner/), menu(page, /^\s*Tag/)];
  await owners.locator("summary").click();
  await tags.locator("summary").click();
  await expect(owners).not.toHaveAttribute("open");
  await expect(tags).toHaveAttribute("open");
  await page.getByRole("heading", { level: 1 }).click();
  await expect(tags).not.toHaveAttribute("open");
});

test("a filter keeps its place: the menu stays open and the focus stays in it", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  const types = menu(page, /^\s*Type/);
  await types.locator("summary").focus();
  await page.keyboard.press("Enter");
  await tabTo(page, types.getByRole("link", { name: /^library/ }), 10);
  await page.keyboard.press("Enter");
  await expect(rowLinks(page)).toHaveText(["Seat Picker"]);
  await expect(types).toHaveAttribute("open");
  await expect(types.getByRole("link", { name: /^library/ })).toBeFocused();
});

test("a star is pressed with the space bar", async ({ page }) => {
  await open(page, "/catalog/encore/resource/recordings");
  const button = page.getByRole("button", { name: "Star Recordings" });
  await button.focus();
  for (const pressed of ["true", "false"]) {
    const kept = page.waitForResponse((response) => response.url().endsWith("/_fn/set_starred"));
    await page.keyboard.press("Space");
    await (await kept).finished();
    await expect(button).toHaveAttribute("aria-pressed", pressed);
    await expectVisibleFocus(page);
  }
});

/** The side bar and the top bar alone have more stops than this. */
const FEWEST_STOPS = 15;

test("every stop of the Tab key can be seen", async ({ page }) => {
  for (const url of ["/", "/catalog?kind=api", "/catalog/default/component/orders", "/problems"]) {
    await open(page, url);
    await page.keyboard.press("Tab");
    let stops = 0;
    while (await page.evaluate(() => document.activeElement !== document.body)) {
      await expectVisibleFocus(page);
      await expect(page.locator(":focus")).toBeInViewport();
      stops += 1;
      expect(stops, `the focus comes around at ${url}`).toBeLessThan(200);
      await page.keyboard.press("Tab");
    }
    expect(stops, `stops at ${url}`).toBeGreaterThanOrEqual(FEWEST_STOPS);
  }
});
