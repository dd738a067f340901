// On a phone: nothing is cut, and everything can be reached.
import { places, NOT_FOUND_NOTE } from "./places";
import { expect, expectNoSideScroll, markPage, menu, open, rowLinks, test } from "./support";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, expectedComplaints: NOT_FOUND_NOTE });

for (const [name, url] of Object.entries(places)) {
  test(`no page scrolls to the side: ${name}`, async ({ page }) => {
    await open(page, url);
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      await expectNoSideScroll(page);
    }
  });
}

test("the side sheet opens, leads on and closes", async ({ page }) => {
  await open(page, "/");
  const notReloaded = await markPage(page);
  const side = page.getByRole("navigation", { name: "Main" });
  await expect(side).toBeHidden();
  await page.getByRole("button", { name: "Open the menu" }).tap();
  await expect(side).toBeVisible();
  await side.getByRole("link", { name: "APIs" }).tap();
  await expect(page).toHaveURL("/api-docs");
  await expect(side).toBeHidden();
  await expect(rowLinks(page).first()).toBeVisible();

  await page.getByRole("button", { name: "Open the menu" }).tap();
  await expect(side).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(side).toBeHidden();

  await page.getByRole("button", { name: "Open the menu" }).tap();
  await page.touchscreen.tap(370, 400);
  await expect(side).toBeHidden();
  await expect(page).toHaveURL("/api-docs");
  await notReloaded();
});

test("filter and open with a finger", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  for (const name of [/^\s*Type/, /^\s*Owner/, /^\s*Lifecycle/, /^\s*Tag/]) {
    const filter = menu(page, name);
    await filter.locator("summary").tap();
    await expect(filter.getByRole("link").first()).toBeInViewport({ ratio: 1 });
    await expectNoSideScroll(page);
    await filter.locator("summary").tap();
  }
  await menu(page, /^\s*Type/).locator("summary").tap();
  await menu(page, /^\s*Type/).getByRole("link", { name: /^library/ }).tap();
  await expect(rowLinks(page)).toHaveText(["Seat Picker"]);
  await page.getByRole("heading", { level: 1 }).tap();
  await rowLinks(page).first().tap();
  await expect(page.getByRole("heading", { level: 1, name: "Seat Picker" })).toBeVisible();
});

test("the menus of the bar stay in the window", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await open(page, "/");
  for (const name of ["Appearance", "You:"]) {
    await menu(page, name).locator("summary").tap();
    await expect(menu(page, name).locator("summary + *")).toBeInViewport({ ratio: 1 });
    await expectNoSideScroll(page);
  }
});

test("what a finger has to hit is large enough", async ({ page }) => {
  for (const url of [places.home, places.catalog, places.service]) {
    await open(page, url);
    const small = await page.getByRole("button").evaluateAll((elements) =>
      elements
        .map((element) => ({ name: element.getAttribute("aria-label"), box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(({ name, box }) => `${name}: ${box.width}×${box.height}`),
    );
    expect(small, `smaller than 24 px at ${url}`).toEqual([]);
  }
});
