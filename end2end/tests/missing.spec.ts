// What is not there: a real 404 that leads on.
import { places, NOT_FOUND_NOTE } from "./places";
import { expect, hydrated, markPage, open, table, test } from "./support";

test.use({ expectedComplaints: NOT_FOUND_NOTE });

test("an address without a page", async ({ page }) => {
  const response = await page.goto(places.missing);
  expect(response?.status()).toBe(404);
  await hydrated(page);
  await expect(page).toHaveTitle("Nothing here · Callboard");
  await expect(page.getByRole("main")).toContainText("This address leads to no page");
  const notReloaded = await markPage(page);
  await page.getByRole("main").getByRole("link", { name: "Open the catalog" }).click();
  await expect(page).toHaveURL("/catalog");
  await expect(table(page)).toBeVisible();
  await notReloaded();
});

test("an entity that is not in the catalog can be looked for", async ({ page }) => {
  const response = await page.goto("/catalog/default/component/there-is-no-such-seat");
  expect(response?.status()).toBe(404);
  await hydrated(page);
  await expect(page.getByRole("main")).toContainText("component:default/there-is-no-such-seat");
  const search = page.getByRole("main").getByRole("searchbox");
  await expect(search).toHaveValue("there-is-no-such-seat");
  const notReloaded = await markPage(page);
  await search.fill("seat");
  await search.press("Enter");
  await expect(page).toHaveURL("/catalog?q=seat");
  await expect(table(page).getByRole("link", { name: "Seat Picker" })).toBeVisible();
  await notReloaded();
});

test("a file that is not there is no page", async ({ page }) => {
  for (const url of ["/static/none.js", "/api/none", "/_fn/none"]) {
    const response = await page.request.fetch(url, { method: url.startsWith("/_fn") ? "POST" : "GET" });
    expect([403, 404], url).toContain(response.status());
    expect(await response.text(), url).not.toContain("<html");
  }
});

test("an application that is running says the same of a missing entity", async ({ page }) => {
  await open(page, "/catalog");
  const notReloaded = await markPage(page);
  await page.evaluate(() => {
    const link = Object.assign(document.createElement("a"), { href: "/catalog/default/api/there-is-no-such-api" });
    link.textContent = "A link to nothing";
    document.querySelector("main")!.prepend(link);
  });
  await page.getByRole("link", { name: "A link to nothing" }).click();
  await expect(page.getByRole("main")).toContainText("api:default/there-is-no-such-api");
  await notReloaded();
});
