// The definition of an API: found, linked to, searched, copied.
import { expect, open, test } from "./support";

const url = "/catalog/default/api/seat-map-api?tab=definition";

test("the index opens an operation, and its address does too", async ({ page }) => {
  await open(page, url);
  const operation = page.locator("#operation-createHold");
  await expect(operation).toBeHidden();
  await page.getByRole("navigation", { name: "Operations" }).getByRole("link", { name: "POST" }).click();
  await expect(page).toHaveURL(`${url}#operation-createHold`);
  await expect(operation).toBeVisible();
  await page.goto("/");
  await open(page, `${url}#operation-createHold`);
  await expect(operation).toBeVisible();
});

test("a search narrows while one types", async ({ page }) => {
  await open(page, url);
  const heads = page.locator(".operation > summary");
  await page.getByRole("searchbox", { name: "Search this definition" }).fill("hold some");
  await expect(heads.filter({ visible: true })).toHaveCount(1);
  await page.getByRole("searchbox", { name: "Search this definition" }).fill("");
  await expect(heads.filter({ visible: true })).not.toHaveCount(1);
});

test("a call can be copied", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, `${url}#operation-createHold`);
  const body = page.locator("#operation-createHold");
  await body.getByText("curl", { exact: true }).click();
  await body.getByRole("button", { name: "Copy" }).first().click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("curl -X POST");
});

test("the documentation leads from page to page", async ({ page }) => {
  await open(page, "/docs/callboard");
  await page.getByRole("navigation", { name: "Documentation" }).getByRole("link", { name: "Operations" }).click();
  await expect(page).toHaveURL("/docs/callboard/operations");
  await expect(page.getByRole("heading", { level: 1, name: "Operations" })).toBeVisible();
});
