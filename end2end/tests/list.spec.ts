// The list: columns of one's choice, keys from row to row, cards beside links, all of it as a file.
import { expect, expectAxeClean, expectNoSideScroll, hydrated, markPage, menu, open, rowLinks, table, test } from "./support";

test("choose columns, share them, keep them", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  const notReloaded = await markPage(page);
  const columns = menu(page, "Columns");
  await columns.locator("summary").click();
  await columns.getByRole("link", { name: "Tags" }).click();
  await expect(page).toHaveURL(/columns=owner,system,type,lifecycle$/);
  await expect(table(page).getByRole("columnheader", { name: "Tags" })).toHaveCount(0);
  await expect(columns).toHaveAttribute("open");
  await columns.getByRole("link", { name: "Description" }).click();
  await expect(table(page).getByRole("columnheader", { name: "Description" })).toBeVisible();
  await expectAxeClean(page);
  await notReloaded();

  await columns.getByRole("button", { name: "Keep for lists like this" }).click();
  await page.goto("/catalog?kind=component&q=a");
  await hydrated(page);
  await expect(table(page).getByRole("columnheader", { name: "Description" })).toBeVisible();
  await menu(page, "Columns").locator("summary").click();
  await menu(page, "Columns").getByRole("button", { name: "The usual columns" }).click();
  await expect(table(page).getByRole("columnheader", { name: "Tags" })).toBeVisible();
});

test("from row to row with keys, and into one", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  await page.keyboard.press("j");
  await expect(rowLinks(page).first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  await expect(rowLinks(page).nth(2)).toBeFocused();
  await page.keyboard.press("k");
  await expect(rowLinks(page).nth(1)).toBeFocused();
  const name = await rowLinks(page).nth(1).innerText();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
});

test("who stops at an owner sees who that is", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  const card = page.locator(".hover-card");
  await table(page).getByRole("link", { name: "Box Office" }).first().hover();
  await expect(card).toBeVisible();
  await expect(card).toContainText("group:default/box-office");
  await expect(card).toContainText("Members");
  await card.hover();
  await expect(card).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
  // The focus brings it, too.
  await table(page).getByRole("link", { name: "Box Office" }).first().focus();
  await expect(card).toBeVisible();
  await expectAxeClean(page);
});

test("all of a list as a file", async ({ page }) => {
  await open(page, "/catalog?kind=component&type=library");
  const file = menu(page, "Export");
  await file.locator("summary").click();
  const download = page.waitForEvent("download");
  await file.getByRole("link", { name: "CSV" }).click();
  expect((await download).suggestedFilename()).toBe("catalog.csv");
});

test("25 rows stand on a screen in compact density, and none is wrapped", async ({ page }) => {
  await open(page, "/catalog");
  await menu(page, "Appearance").locator("summary").click();
  await menu(page, "Appearance").getByRole("button", { name: "Compact" }).click();
  const rows = await table(page).locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect()));
  expect(new Set(rows.map((row) => Math.round(row.height))), "every row is one line").toEqual(new Set([30]));
  expect(rows.filter((row) => row.bottom <= 900).length).toBeGreaterThanOrEqual(25);
});

test("APIs by type, straight to a definition", async ({ page }) => {
  await open(page, "/api-docs");
  const notReloaded = await markPage(page);
  await page.getByRole("navigation", { name: "Type" }).getByRole("link", { name: /^grpc/ }).click();
  await expect(page).toHaveURL("/api-docs?type=grpc");
  await page.getByRole("searchbox", { name: "Filter by text" }).fill("pay");
  await expect(page).toHaveURL("/api-docs?type=grpc&q=pay");
  await expect(rowLinks(page)).toHaveCount(1);
  await table(page).getByRole("link", { name: /^View the definition/ }).click();
  await expect(page.getByRole("region", { name: "Definition" })).toBeVisible();
  await notReloaded();
});

for (const url of ["/catalog", "/api-docs", "/problems", "/settings", "/admin", "/"]) {
  test(`${url} fits a window of 320 pixels`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(page, url);
    await expectNoSideScroll(page);
  });
}
