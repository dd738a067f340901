// Pictures of every page, as `cargo xtask screenshots` writes them to `target/screenshots`:
// `<page>-<theme>-<width>x<height>.png`, light and dark, on a desk and on two phones.
import * as path from "node:path";
import { menu, open, test } from "./tests/support";
import { places } from "./tests/places";
import type { Page } from "@playwright/test";

type Picture = { url: string; arrange?: (page: Page) => Promise<void> };

/** What is pictured: every page, and what can be opened on one. */
const pictures: Record<string, Picture> = {
  ...Object.fromEntries(Object.entries(places).map(([name, url]) => [name.replaceAll(" ", "-"), { url }])),
  "components-compact": { url: places.components, arrange: (page) => choose(page, "Compact") },
  "menu-filter": { url: places.components, arrange: (page) => menu(page, /^\s*Owner/).locator("summary").click() },
  "menu-appearance": { url: places.home, arrange: (page) => menu(page, "Appearance").locator("summary").click() },
};

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
  // The narrowest that everything has to work at.
  { width: 320, height: 700 },
];

const folder = path.resolve(__dirname, "../target/screenshots");

async function choose(page: Page, word: string) {
  await menu(page, "Appearance").locator("summary").click();
  await menu(page, "Appearance").getByRole("button", { name: word }).click();
  await page.keyboard.press("Escape");
}

// A page that complains is pictured all the same.
test.use({ expectedComplaints: /.*/s });

for (const [name, { url, arrange }] of Object.entries(pictures)) {
  for (const size of sizes) {
    test(`${name} ${size.width}x${size.height}`, async ({ page }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.setViewportSize(size);
      await open(page, url);
      await arrange?.(page);
      await page.evaluate(() => document.fonts.ready);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const file = `${name}-${colorScheme}-${size.width}x${size.height}.png`;
        await page.screenshot({ path: path.join(folder, file) });
      }
    });
  }
}
