// Without scripts everything can be read, narrowed, ordered, kept and chosen.
import { SCRIPT_NOTE } from "./places";
import { expect, menu, rowLinks, table, test } from "./support";

test.use({ javaScriptEnabled: false, expectedComplaints: SCRIPT_NOTE });

test("browse", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Components" }).click();
  await expect(page).toHaveURL("/catalog?kind=component");
  await table(page).getByRole("link", { name: "Orders", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Orders" })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Tickets database", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Tickets database" })).toBeVisible();
  await expect(page).toHaveTitle("Tickets database · Callboard");
});

test("filter by a menu and by text, which keep each other", async ({ page }) => {
  await page.goto("/catalog?kind=component");
  await menu(page, /^\s*Type/).locator("summary").click();
  await menu(page, /^\s*Type/).getByRole("link", { name: /^service/ }).click();
  await expect(page).toHaveURL("/catalog?kind=component&type=service");
  const text = page.getByRole("searchbox", { name: "Filter by text" });
  await text.fill("seat");
  await text.press("Enter");
  await expect(page).toHaveURL("/catalog?kind=component&type=service&q=seat");
  await expect(rowLinks(page).filter({ hasText: "Seat Map" })).toBeVisible();
  await expect(rowLinks(page).filter({ hasText: "Seat Picker" })).toHaveCount(0);
  await expect(text).toHaveValue("seat");
  await page.getByRole("link", { name: "Clear", exact: true }).click();
  await expect(page).toHaveURL("/catalog?kind=component");
});

test("sort", async ({ page }) => {
  await page.goto("/catalog?kind=component");
  await page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  await expect(rowLinks(page).first()).toHaveText("What's On");
});

test("star, and come back to the same list", async ({ page }) => {
  await page.goto("/catalog?kind=resource");
  const button = page.getByRole("button", { name: "Star Stage", exact: true });
  await button.click();
  await expect(page).toHaveURL("/catalog?kind=resource");
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await page.goto("/catalog?scope=starred");
  await expect(rowLinks(page).filter({ hasText: "Stage" })).toBeVisible();
  await button.click();
  await expect(page).toHaveURL("/catalog?scope=starred");
  await expect(rowLinks(page).filter({ hasText: "Stage" })).toHaveCount(0);
});

test("choose dark", async ({ page }) => {
  await page.goto("/catalog?kind=api");
  await menu(page, "Appearance").locator("summary").click();
  await menu(page, "Appearance").getByRole("button", { name: "Dark" }).click();
  await expect(page).toHaveURL("/catalog?kind=api");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("tabs of an entity", async ({ page }) => {
  await page.goto("/catalog/default/api/seat-map-api");
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Definition" }).click();
  await expect(page.getByRole("region", { name: "Definition" })).toContainText("OpenAPI 3.");
});

test("the menu of a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await page.getByRole("button", { name: "Open the menu" }).click();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Systems" }).click();
  await expect(page).toHaveURL("/catalog?kind=system");
});

test("nothing that needs a script is offered", async ({ page }) => {
  await page.goto("/catalog/default/component/orders");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Copy the reference" })).toBeHidden();
});
