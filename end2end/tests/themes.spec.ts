// The looks of the operator: one is picked, is there at once, and stays.
import type { Page } from "@playwright/test";
import { withServer } from "./own-server";
import { expect, expectAxeClean, menu, open } from "./support";

const config = `
app:
  themes:
    - name: house
      title: House lights
      product: Stage door
      tokens: { radius-card: 2px }
      light: { accent: "#0b6e4f", accent-text: "#0b5c43" }
      dark: { accent: "#1c7f5e", accent-text: "#7fe0bd" }
    - name: night
      title: Night shift
      light: { accent: "#7a3e9d" }
      dark: { accent: "#8a4fb0" }
  theme: house
`;

const test = withServer({ config });
// Without scripts the browser reports the one it was not allowed to load.
test.use({ expectedComplaints: /frontend\.\w+\.js: csp$/ });

/** A colour of the look that the page has. */
const accent = (page: Page) =>
  page.evaluate(() => {
    const probe = document.createElement("p");
    probe.className = "link";
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  });

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a look is picked in the menu, and again among the settings", async ({ page, server }) => {
      await (javaScriptEnabled ? open(page, `${server.url}/catalog`) : page.goto(`${server.url}/catalog`));
      await expect(page.locator("html")).toHaveAttribute("data-palette", "house");
      await expect(page).toHaveTitle(/Stage door$/);
      await menu(page, "Appearance").locator("summary").click();
      await menu(page, "Appearance").getByRole("button", { name: "Night shift" }).click();
      await expect(page.locator("html")).toHaveAttribute("data-palette", "night");
      await expect(page).toHaveURL(/\/catalog\??$/);
      await page.reload();
      await expect(page.locator("html")).toHaveAttribute("data-palette", "night");
      await expect(page).toHaveTitle(/Callboard$/);

      await page.goto(`${server.url}/settings`);
      const looks = page.getByRole("group", { name: "Look" });
      await expect(looks.getByRole("button", { name: "Night shift" })).toHaveAttribute("aria-pressed", "true");
      await looks.getByRole("button", { name: "House lights" }).click();
      await expect(page.locator("html")).toHaveAttribute("data-palette", "house");
      await expect(page).toHaveURL(/\/settings\??$/);
    });
  });
}

test("each look is painted, and everyone can read it", async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await open(page, `${server.url}/catalog/default/component/orders`);
  expect(await accent(page)).toBe("rgb(11, 92, 67)");
  await page.goto(`${server.url}/settings`);
  for (const look of ["House lights", "Night shift", "Callboard"]) {
    await page.getByRole("group", { name: "Look" }).getByRole("button", { name: look }).click();
    await expect(page.getByRole("button", { name: look, pressed: true }).first()).toBeVisible();
    for (const place of ["/settings", "/catalog?kind=component", "/catalog/default/component/orders"]) {
      await open(page, `${server.url}${place}`);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await expectAxeClean(page);
      }
    }
    await open(page, `${server.url}/settings`);
  }
});
