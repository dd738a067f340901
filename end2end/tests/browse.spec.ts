// From the first page into the catalog and back, as one application: nothing is loaded twice.
import { expect, hydrated, markPage, open, rowLinks, table, test } from "./support";

test("browse from home to an entity, along a relation, and back", async ({ page }) => {
  await open(page, "/");
  const notReloaded = await markPage(page);
  await expect(page).toHaveTitle("Home · Callboard");

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Catalog" }).click();
  await expect(page).toHaveURL("/catalog");
  await expect(page).toHaveTitle("Catalog · Callboard");
  await expect(rowLinks(page).first()).toBeVisible();

  await table(page).getByRole("link", { name: "Orders", exact: true }).click();
  await expect(page).toHaveURL("/catalog/default/component/orders");
  await expect(page.getByRole("heading", { level: 1, name: "Orders" })).toBeVisible();
  await expect(page).toHaveTitle("Orders · Callboard");

  await page.getByRole("main").getByRole("link", { name: "Tickets database", exact: true }).click();
  await expect(page).toHaveURL("/catalog/default/resource/tickets-db");
  await expect(page.getByRole("heading", { level: 1, name: "Tickets database" })).toBeVisible();

  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Orders" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Catalog" })).toBeVisible();
  await expect(table(page).getByRole("link", { name: "Orders", exact: true })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await page.goForward();
  await expect(page).toHaveURL("/catalog");
  await notReloaded();
});

test("the kinds on the first page lead to their lists", async ({ page }) => {
  await open(page, "/");
  const notReloaded = await markPage(page);
  await page.getByRole("navigation", { name: "Kinds" }).getByRole("link", { name: /APIs/ }).click();
  await expect(page).toHaveURL("/api-docs");
  await expect(page).toHaveTitle("APIs · Callboard");
  await expect(table(page).getByRole("link", { name: "Seat Map API", exact: true })).toBeVisible();
  await expect(table(page).getByRole("link", { name: "Orders", exact: true })).toHaveCount(0);
  await notReloaded();
});

test("the breadcrumb says where one is and leads up", async ({ page }) => {
  await open(page, "/catalog/default/component/orders");
  const notReloaded = await markPage(page);
  const trail = page.getByRole("navigation", { name: "Breadcrumb" });
  await expect(trail.getByRole("listitem")).toHaveText([/Catalog/, /Components/, /orders/]);
  await trail.getByRole("link", { name: "Components" }).click();
  await expect(page).toHaveURL("/catalog?kind=component");
  await expect(rowLinks(page).first()).toBeVisible();
  await notReloaded();
});

test("a link opens in a new tab", async ({ page, context }) => {
  await open(page, "/catalog?kind=component");
  const [tab] = await Promise.all([
    context.waitForEvent("page"),
    rowLinks(page).first().click({ modifiers: ["Control"] }),
  ]);
  await hydrated(tab);
  await expect(tab).toHaveURL(/\/catalog\/default\/component\//);
  await expect(page).toHaveURL("/catalog?kind=component");
});

test("the search in the bar finds in the catalog", async ({ page }) => {
  await open(page, "/");
  const notReloaded = await markPage(page);
  const search = page.getByRole("search").getByRole("searchbox", { name: "Search the catalog" });
  await search.fill("seat");
  await search.press("Enter");
  await expect(page).toHaveURL("/catalog?q=seat");
  await expect(table(page).getByRole("link", { name: "Seat Map API", exact: true })).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Filter by text" })).toHaveValue("seat");
  await notReloaded();
});
