// One entity: what it says of itself and what it hangs together with.
import { expect, hydrated, markPage, open, test } from "./support";

test("relations lead there and back", async ({ page }) => {
  await open(page, "/catalog/default/component/orders");
  const notReloaded = await markPage(page);
  const main = page.getByRole("main");
  await main.getByRole("link", { name: "Ticketing", exact: true }).first().click();
  await expect(page).toHaveURL("/catalog/default/system/ticketing");
  await expect(page.getByRole("heading", { level: 1, name: "Ticketing" })).toBeVisible();
  await main.getByRole("link", { name: "Seat Map API", exact: true }).click();
  await expect(page).toHaveURL("/catalog/default/api/seat-map-api");
  await main.getByRole("link", { name: "Box Office", exact: true }).first().click();
  await expect(page).toHaveURL("/catalog/default/group/box-office");
  await main.getByRole("link", { name: "Nora Quint" }).click();
  await expect(page).toHaveURL("/catalog/default/user/nora.quint");
  await main.getByRole("link", { name: "Box Office", exact: true }).first().click();
  await main.getByRole("link", { name: "Orders", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Orders" })).toBeVisible();
  await notReloaded();
});

test("what a system is part of is called by its kind", async ({ page }) => {
  await open(page, "/catalog/default/system/ticketing");
  const facts = page.getByRole("main").locator("dl").first();
  await expect(facts.getByRole("term").filter({ hasText: "Domain" })).toBeVisible();
  await expect(facts.getByRole("link", { name: "Audience" })).toBeVisible();
});

test("tabs are URLs, and go back with the browser", async ({ page }) => {
  await open(page, "/catalog/default/api/seat-map-api");
  const notReloaded = await markPage(page);
  const tabs = page.getByRole("navigation", { name: "Views" });
  await tabs.getByRole("link", { name: "Definition" }).click();
  await expect(page).toHaveURL("/catalog/default/api/seat-map-api?tab=definition");
  await expect(page.getByRole("region", { name: "Definition" })).toContainText("OpenAPI 3.");
  await expect(tabs.getByRole("link", { name: "Definition" })).toHaveAttribute("aria-current", "page");
  await tabs.getByRole("link", { name: "Source" }).click();
  await expect(page.getByRole("main")).toContainText('"kind": "API"');
  await page.goBack();
  await expect(page.getByRole("region", { name: "Definition" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("region", { name: "About" })).toBeVisible();
  await notReloaded();
});

test("a tab survives a reload", async ({ page }) => {
  await open(page, "/catalog/default/api/seat-map-api?tab=definition");
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("region", { name: "Definition" })).toContainText("OpenAPI 3.");
});

test("the reference can be copied", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, "/catalog/default/component/orders");
  await page.getByRole("button", { name: "Copy the reference" }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe("component:default/orders");
});

test("the JSON is what the API answers", async ({ page }) => {
  await open(page, "/catalog/default/component/orders");
  await page.getByRole("link", { name: "Raw JSON" }).click();
  await expect(page).toHaveURL("/api/catalog/entities/by-name/component/default/orders");
  await expect(page.locator("body")).toContainText('"name":"orders"');
});

test("kind, namespace and name may be written in any case", async ({ page }) => {
  await open(page, "/catalog/Default/Component/Orders");
  await expect(page.getByRole("heading", { level: 1, name: "Orders" })).toBeVisible();
});
