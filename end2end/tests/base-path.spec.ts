// Below a path, as behind a proxy: links, files, server functions and the cookie stay there.
import { withServer } from "./own-server";
import { SCRIPT_NOTE } from "./places";
import { expect, hydrated, markPage, menu, open, rowLinks, table } from "./support";

const test = withServer({ below: "/portal" });

test("pages, links and navigation", async ({ page, server }) => {
  const outside: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(`${server.url}/`)) outside.push(request.url());
  });
  await open(page, `${server.url}/`);
  const notReloaded = await markPage(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Components" }).click();
  await expect(page).toHaveURL(`${server.url}/catalog?kind=component`);
  await menu(page, /^\s*Type/).locator("summary").click();
  await menu(page, /^\s*Type/).getByRole("link", { name: /^library/ }).click();
  await expect(rowLinks(page)).toHaveText(["Seat Picker"]);
  await page.getByRole("heading", { level: 1 }).click();
  await rowLinks(page).first().click();
  await expect(page).toHaveURL(`${server.url}/catalog/default/component/seat-picker`);
  await expect(page.getByRole("heading", { level: 1, name: "Seat Picker" })).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(`${server.url}/catalog?kind=component`);
  await expect(rowLinks(page)).toHaveCount(12);
  const filter = page.getByRole("searchbox", { name: "Filter by text" });
  await filter.fill("captions");
  await expect(page).toHaveURL(`${server.url}/catalog?kind=component&q=captions`);
  await expect(rowLinks(page)).toHaveText(["Live Captions"]);
  await notReloaded();
  expect(outside, "asked outside of the base path").toEqual([]);
});

test("no link leads out of it", async ({ page, server }) => {
  for (const path of ["/", "/catalog", "/catalog/default/component/orders", "/problems"]) {
    await open(page, server.url + path);
    const away = await page
      .locator("[href^='/'], [src^='/'], [action^='/']")
      .evaluateAll((elements) =>
        elements
          .map((it) => it.getAttribute("href") ?? it.getAttribute("src") ?? it.getAttribute("action") ?? "")
          .filter((url) => !url.startsWith("/portal/")),
      );
    expect(away, path).toEqual([]);
  }
});

test("server functions, with the cookie of the path", async ({ page, context, server }) => {
  await open(page, `${server.url}/catalog?kind=component`);
  const starred = page.waitForResponse(`${server.url}/_fn/set_starred`);
  await page.getByRole("button", { name: "Star Orders", exact: true }).click();
  expect((await starred).ok()).toBe(true);
  const chosen = page.waitForResponse(`${server.url}/_fn/set_appearance`);
  await menu(page, "Appearance").locator("summary").click();
  await menu(page, "Appearance").getByRole("button", { name: "Dark" }).click();
  expect((await chosen).ok()).toBe(true);
  const paths = new Set((await context.cookies()).map((cookie) => cookie.path));
  expect([...paths]).toEqual(["/portal/"]);
  await page.goto(`${server.url}/catalog?scope=starred`);
  await hydrated(page);
  await expect(table(page).getByRole("link", { name: "Orders", exact: true })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("without the slash at the end it is the first page", async ({ page, server }) => {
  await open(page, server.url);
  await expect(page).toHaveTitle("Home · Callboard");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Problems" }).click();
  await expect(page).toHaveURL(`${server.url}/problems`);
  await expect(page.getByRole("heading", { level: 1, name: "Problems" })).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false, expectedComplaints: SCRIPT_NOTE });

  test("forms come back below the path", async ({ page, server }) => {
    await page.goto(`${server.url}/catalog?kind=api`);
    await menu(page, "Appearance").locator("summary").click();
    await menu(page, "Appearance").getByRole("button", { name: "Dark" }).click();
    await expect(page).toHaveURL(`${server.url}/catalog?kind=api`);
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  });
});
