// Axe finds nothing on any page, in either theme, on a desk and on a phone.
import { NOT_FOUND_NOTE, places } from "./places";
import { expect, expectAxeClean, menu, open, test } from "./support";

test.use({ expectedComplaints: NOT_FOUND_NOTE });

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

for (const [name, url] of Object.entries(places)) {
  test(`everyone can use it: ${name}`, async ({ page }) => {
    // Colours are measured as they are in the end, not on their way there.
    await page.emulateMedia({ reducedMotion: "reduce" });
    await open(page, url);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    for (const viewport of sizes) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await expectAxeClean(page);
      }
    }
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`what opens, too, when it is ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page, "/catalog?kind=component&type=service");
    for (const name of [/^\s*Type/, "Appearance", "You:"]) {
      await menu(page, name).locator("summary").click();
      await expect(menu(page, name)).toHaveAttribute("open");
      await expectAxeClean(page);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Open the menu" }).click();
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    await expectAxeClean(page);
  });
}
