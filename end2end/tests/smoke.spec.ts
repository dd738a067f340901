// The first page: it is there, it comes alive, everyone can read it.
import { expect, expectAxeClean, hydrated, test } from "./support";

test("the first page hydrates and is accessible", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await hydrated(page);
  await expectAxeClean(page);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the first page is readable when the system is ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("/");
    await hydrated(page);
    await expectAxeClean(page);
  });
}
