// Settings and the health of the catalog: pages that the server writes whole.
import { SCRIPT_NOTE } from "./places";
import { expect, markPage, menu, open, test } from "./support";

test("who one is, why groups are one's own, and how pages look", async ({ page }) => {
  await open(page, "/");
  const notReloaded = await markPage(page);
  await menu(page, "You:").locator("summary").click();
  await menu(page, "You:").getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("region", { name: "Profile" })).toContainText("user:default/");
  await notReloaded();
  await expect(page.getByRole("region", { name: "My groups" })).toContainText("You are a member.");
  await page.getByRole("group", { name: "Theme" }).getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page).toHaveURL(/\/settings\??$/);
  await expect(page.getByRole("button", { name: "Dark", pressed: true }).first()).toBeVisible();
});

test("how the catalog stands, and its sources by state", async ({ page }) => {
  await open(page, "/");
  const notReloaded = await markPage(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Administration" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Catalog health" })).toBeVisible();
  await expect(page.getByText("Everything works.")).toBeVisible();
  const sources = page.getByRole("region", { name: "Sources" });
  await sources.getByRole("link", { name: /Up to date/ }).click();
  await expect(page).toHaveURL("/admin?state=fresh");
  await expect(sources.getByRole("listitem").first()).toContainText(/read .* ago|read just now/);
  await notReloaded();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false, expectedComplaints: SCRIPT_NOTE });

  test("they say and do the same", async ({ page }) => {
    await page.goto("/settings");
    await page.getByRole("group", { name: "Density" }).getByRole("button", { name: "Compact" }).click();
    await expect(page).toHaveURL(/\/settings\??$/);
    await expect(page.locator("html")).toHaveAttribute("data-density", "compact");
    await page.goto("/admin?state=fresh");
    await expect(page.getByRole("region", { name: "Sources" }).getByRole("listitem").first()).toBeVisible();
    await page.goto("/problems?owner=mine");
    await expect(page.getByRole("heading", { level: 1, name: "Problems" })).toBeVisible();
  });
});
