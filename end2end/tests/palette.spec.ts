// The palette finds entities, pages and things to do, with the keyboard alone; single keys lead on.
import { expect, expectAxeClean, markPage, open, test } from "./support";

test("find an entity and go there without a mouse", async ({ page }) => {
  await open(page, "/");
  const notReloaded = await markPage(page);
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Palette" });
  const field = palette.getByRole("combobox");
  await expect(field).toBeFocused();
  await expect(palette.getByRole("group", { name: "Pages" }).getByRole("option").first()).toBeVisible();
  await expectAxeClean(page);

  await page.keyboard.type("seatmap");
  const first = palette.getByRole("option").first();
  await expect(first).toContainText(/seat.?map/i);
  await expect(first).toHaveAttribute("aria-selected", "true");
  await expect(field).toHaveAttribute("aria-activedescendant", "palette-0");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/catalog\/default\/[a-z]+\/seat-map/);
  await expect(palette).toBeHidden();
  await notReloaded();
});

test("do something, and leave with Escape", async ({ page }) => {
  await open(page, "/catalog");
  await page.getByRole("button", { name: "Open the palette" }).click();
  const palette = page.getByRole("dialog", { name: "Palette" });
  await page.keyboard.type("dark");
  const action = palette.getByRole("group", { name: "Actions" }).getByRole("option", { name: "Dark theme" });
  await expect(action).toBeVisible();
  // Wherever it stands among what was found, the arrows reach it.
  for (let presses = 0; (await action.getAttribute("aria-selected")) !== "true"; presses += 1) {
    expect(presses).toBeLessThan(20);
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");

  await page.keyboard.press("Control+k");
  await expect(palette).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("single keys lead to pages, but not while one types", async ({ page }) => {
  await open(page, "/");
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL(/\/problems$/);
  await page.keyboard.press("/");
  const search = page.getByRole("searchbox", { name: "Search the catalog" });
  await expect(search).toBeFocused();
  await page.keyboard.type("gc?");
  await expect(search).toHaveValue("gc?");
  await expect(page).toHaveURL(/\/problems$/);
  await search.blur();
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await expect(keys).toBeVisible();
  await expectAxeClean(page);
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
});
