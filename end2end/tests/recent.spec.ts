// What one has looked at is found again: at home, and in the palette before one types.
import { expect, open, table, test } from "./support";

test("visited by a link and by address, found at home and in the palette", async ({ page }) => {
  await open(page, "/catalog?kind=resource");
  await table(page).getByRole("link", { name: "Tickets database" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Tickets database" })).toBeVisible();
  await open(page, "/catalog?kind=component");
  const playback = await table(page).getByRole("link", { name: "Playback", exact: true }).getAttribute("href");
  await open(page, playback!);
  await open(page, "/");
  const recent = page.getByRole("region", { name: "Recently visited" });
  await expect(recent.getByRole("link", { name: "Playback" })).toBeVisible();
  await expect(recent.getByRole("link", { name: "Tickets database" })).toBeVisible();

  await page.keyboard.press("Control+k");
  const group = page.getByRole("dialog", { name: "Palette" }).getByRole("group", { name: "Recent" });
  await expect(group.getByRole("option", { name: /Playback/ })).toBeVisible();
});
