// Narrowing the list: every filter is in the URL, survives a reload and can be taken back.
import { expect, hydrated, markPage, menu, open, rowLinks, table, test } from "./support";
import type { Page } from "@playwright/test";

/** Opens the menu of a filter and chooses a value. */
async function choose(page: Page, filter: string, value: string) {
  const filterMenu = menu(page, new RegExp(`^\\s*${filter}`));
  if ((await filterMenu.getAttribute("open")) === null) await filterMenu.locator("summary").click();
  await filterMenu.getByRole("link", { name: new RegExp(`^${value}`) }).click();
}

/** How many rows there are; the page says the same. */
async function expectCount(page: Page, count: number) {
  const words = count === 1 ? "1 entity" : `${count} entities`;
  await expect(page.getByRole("main").getByRole("status")).toHaveText(words);
  await expect(rowLinks(page)).toHaveCount(count);
}

test("kind, type, owner, lifecycle and tag narrow the list, one after the other", async ({ page }) => {
  await open(page, "/catalog");
  const notReloaded = await markPage(page);
  await page.getByRole("navigation", { name: "Kind" }).getByRole("link", { name: /^Components/ }).click();
  await expect(page).toHaveURL("/catalog?kind=component");
  await expectCount(page, 12);
  await choose(page, "Type", "service");
  await expect(page).toHaveURL("/catalog?kind=component&type=service");
  await expectCount(page, 7);
  await choose(page, "Owner", "Box Office");
  await expect(page).toHaveURL(/&owner=group:default%2Fbox-office/);
  await expectCount(page, 2);
  await choose(page, "Lifecycle", "production");
  await expect(page).toHaveURL(/&lifecycle=production/);
  await expectCount(page, 2);
  await choose(page, "Tag", "gdpr");
  await expect(page).toHaveURL(/&tag=gdpr/);
  await expectCount(page, 1);
  await expect(rowLinks(page)).toHaveText(["Orders"]);
  await expect(menu(page, "Owner: Box Office")).toBeVisible();
  await notReloaded();

  await page.reload();
  await hydrated(page);
  await expectCount(page, 1);
  await expect(menu(page, "Type: service")).toBeVisible();
  await expect(menu(page, "Tag: gdpr")).toBeVisible();

  await page.getByRole("link", { name: "Clear", exact: true }).click();
  await expect(page).toHaveURL("/catalog?kind=component");
  await expectCount(page, 12);
  await page.goBack();
  await expectCount(page, 1);
});

test("two values of one filter are alternatives, and a second choice takes one back", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  await choose(page, "Type", "library");
  await expectCount(page, 1);
  await choose(page, "Type", "website");
  await expect(page).toHaveURL("/catalog?kind=component&type=library&type=website");
  await expectCount(page, 3);
  await expect(menu(page, "Type: 2")).toBeVisible();
  await choose(page, "Type", "library");
  await expect(page).toHaveURL("/catalog?kind=component&type=website");
  await expectCount(page, 2);
});

test("another kind drops the type it does not know", async ({ page }) => {
  await open(page, "/catalog?kind=component&type=service&owner=group:default%2Fbox-office");
  await page.getByRole("navigation", { name: "Kind" }).getByRole("link", { name: /^APIs/ }).click();
  await expect(page).toHaveURL("/catalog?kind=api&owner=group:default%2Fbox-office");
  await expectCount(page, 3);
});

test("text narrows while it is typed", async ({ page }) => {
  await open(page, "/catalog");
  const notReloaded = await markPage(page);
  const filter = page.getByRole("searchbox", { name: "Filter by text" });
  await filter.pressSequentially("seat map");
  await expect(page).toHaveURL("/catalog?q=seat%20map");
  await expect(table(page).getByRole("link", { name: "Seat Map API" })).toBeVisible();
  await expect(table(page).getByRole("link", { name: "Payments", exact: true })).toHaveCount(0);
  await expect(filter).toBeFocused();
  await expect(filter).toHaveValue("seat map");
  await notReloaded();
  await page.reload();
  await hydrated(page);
  await expect(filter).toHaveValue("seat map");
  await expect(table(page).getByRole("link", { name: "Payments", exact: true })).toHaveCount(0);
  await filter.fill("");
  await expect(page).toHaveURL("/catalog");
  await expect(table(page).getByRole("link", { name: "Payments", exact: true })).toBeVisible();
});

test("what nothing matches says so and offers a way out", async ({ page }) => {
  await open(page, "/catalog?kind=component&q=nothing-is-called-like-this");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByRole("link", { name: "Clear the filters" }).click();
  await expect(page).toHaveURL("/catalog?kind=component");
  await expectCount(page, 12);
  await expect(page.getByRole("searchbox", { name: "Filter by text" })).toHaveValue("");
});

test("what is mine", async ({ page }) => {
  await open(page, "/catalog");
  await page.getByRole("navigation", { name: "Whose" }).getByRole("link", { name: "Owned" }).click();
  await expect(page).toHaveURL("/catalog?scope=owned");
  await expect(table(page).getByRole("link", { name: "Orders", exact: true })).toBeVisible();
  await expect(table(page).getByRole("link", { name: "What's On", exact: true })).toHaveCount(0);
});

test("links of an existing portal mean the same", async ({ page }) => {
  await open(page, "/catalog?filters%5Bkind%5D=component&filters%5Btype%5D=library&filters%5Buser%5D=all");
  await expect(rowLinks(page)).toHaveText(["Seat Picker"]);
});
