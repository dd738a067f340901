// What a reader stars is kept by the server, and found again.
import { expect, hydrated, open, rowLinks, table, test } from "./support";
import type { Page } from "@playwright/test";

/** Clicks and waits until the server has kept it. */
async function star(page: Page, name: string) {
  const kept = page.waitForResponse((response) => response.url().endsWith("/_fn/set_starred"));
  await page.getByRole("button", { name: `Star ${name}`, exact: true }).click();
  expect((await kept).ok()).toBe(true);
}

test("starred in the list, found on the first page and under Starred", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  const button = page.getByRole("button", { name: "Star Playback", exact: true });
  await expect(button).toHaveAttribute("aria-pressed", "false");
  await star(page, "Playback");
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await page.reload();
  await hydrated(page);
  await expect(button).toHaveAttribute("aria-pressed", "true");

  const main = page.getByRole("navigation", { name: "Main" });
  await main.getByRole("link", { name: "Home" }).click();
  await expect(page.getByRole("region", { name: "Starred" }).getByRole("link", { name: "Playback" })).toBeVisible();
  await main.getByRole("link", { name: "Starred" }).click();
  await expect(page).toHaveURL("/catalog?scope=starred");
  await expect(table(page).getByRole("link", { name: "Playback", exact: true })).toBeVisible();
  await expect(table(page).getByRole("link", { name: "Membership", exact: true })).toHaveCount(0);

  await star(page, "Playback");
  await page.reload();
  await hydrated(page);
  await expect(rowLinks(page).filter({ hasText: "Playback" })).toHaveCount(0);
});

test("starred on its own page", async ({ page }) => {
  await open(page, "/catalog/default/component/captions");
  const button = page.getByRole("button", { name: "Star Live Captions" });
  await star(page, "Live Captions");
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await page.reload();
  await hydrated(page);
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await page.goto("/catalog?scope=starred");
  await expect(table(page).getByRole("link", { name: "Live Captions" })).toBeVisible();
  await page.goBack();
  await hydrated(page);
  await star(page, "Live Captions");
  await expect(button).toHaveAttribute("aria-pressed", "false");
});

test.describe("when the server cannot keep it", () => {
  test.use({ expectedComplaints: /status of 503/ });

  test("a star is taken back", async ({ page }) => {
    await page.route("**/_fn/set_starred", (route) =>
      route.fulfill({ status: 503, contentType: "application/json", body: '{"Unavailable":"the store"}' }),
    );
    await open(page, "/catalog/default/component/counter");
    const button = page.getByRole("button", { name: "Star Counter" });
    const refused = page.waitForResponse((response) => response.status() === 503);
    await button.click();
    await refused;
    await expect(button).toHaveAttribute("aria-pressed", "false");
    await expect(page.getByRole("alert")).toHaveText(/was not kept/);
    await expect(button).toHaveAttribute("title", "This was not kept. the store");
  });
});
