// Ordering the list by its heads.
import { expect, hydrated, markPage, open, rowLinks, table, test } from "./support";
import type { Page } from "@playwright/test";

function head(page: Page, name: string) {
  return table(page).getByRole("columnheader", { name });
}

/** The words of one column, from top to bottom. */
async function column(page: Page, name: string): Promise<string[]> {
  const heads = await table(page).getByRole("columnheader").allInnerTexts();
  const index = heads.findIndex((text) => text.trim() === name);
  const cells = table(page).locator(`tbody tr > :nth-child(${index + 1})`);
  return (await cells.allInnerTexts()).map((text) => text.trim());
}

function inOrder(words: string[]): string[] {
  return [...words].sort((one, other) => one.localeCompare(other, "en"));
}

test("names in order, and back again", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  const notReloaded = await markPage(page);
  await expect(head(page, "Name")).toHaveAttribute("aria-sort", "ascending");
  const names = await rowLinks(page).allInnerTexts();
  expect(names.length).toBe(12);
  expect(names).toEqual(inOrder(names));

  await head(page, "Name").getByRole("link").click();
  await expect(page).toHaveURL(/dir=desc/);
  await expect(head(page, "Name")).toHaveAttribute("aria-sort", "descending");
  await expect(rowLinks(page)).toHaveText([...names].reverse());
  await notReloaded();

  await page.reload();
  await hydrated(page);
  await expect(rowLinks(page)).toHaveText([...names].reverse());
});

for (const name of ["Owner", "Type", "Lifecycle", "System"]) {
  test(`by ${name.toLowerCase()}`, async ({ page }) => {
    await open(page, "/catalog?kind=component");
    await head(page, name).getByRole("link").click();
    await expect(head(page, name)).toHaveAttribute("aria-sort", "ascending");
    await expect(head(page, "Name")).not.toHaveAttribute("aria-sort");
    const words = await column(page, name);
    expect(words).toEqual(inOrder(words));
    expect(new Set(words).size, "more than one value to order").toBeGreaterThan(1);

    await head(page, name).getByRole("link").click();
    await expect(head(page, name)).toHaveAttribute("aria-sort", "descending");
    const turned = await column(page, name);
    expect(turned).toEqual(inOrder(words).reverse());
  });
}

test("a column that cannot order the list has no link", async ({ page }) => {
  await open(page, "/catalog?kind=component");
  await expect(head(page, "Tags")).toBeVisible();
  await expect(head(page, "Tags").getByRole("link")).toHaveCount(0);
});
