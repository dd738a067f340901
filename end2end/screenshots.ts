// Pictures of every page, as `cargo xtask screenshots` writes them to `target/screenshots`:
// `<route>-<theme>-<width>x<height>.png`, light and dark, on a desk and on a phone.
import * as path from "node:path";
import { hydrated, test } from "./tests/support";

/** To picture a page, add its name and its path. */
const routes: Record<string, string> = {
  home: "/",
  missing: "/there-is-no-such-page",
};

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

const folder = path.resolve(__dirname, "../target/screenshots");

// A page that complains is pictured all the same.
test.use({ expectedComplaints: [/.*/s] });

for (const [name, url] of Object.entries(routes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const size of sizes) {
      const file = `${name}-${colorScheme}-${size.width}x${size.height}.png`;
      test(file, async ({ page }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize(size);
        await page.goto(url);
        await hydrated(page);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: path.join(folder, file) });
      });
    }
  }
}
