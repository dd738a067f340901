// What a page shows first, and what it says where something is missing.
import { expect, expectAxeClean, open, test } from "./support";

test("a service shows its APIs first, a group its members", async ({ page }) => {
  const first = () => page.getByRole("main").locator("section.card").first();
  await open(page, "/catalog/default/component/orders");
  await expect(first()).toHaveAttribute("aria-label", "APIs");
  await open(page, "/catalog/default/group/box-office");
  await expect(first()).toHaveAttribute("aria-label", "Members");
  const teams = page.getByRole("region", { name: "Teams" });
  await teams.getByRole("link", { name: "Engineering" }).click();
  await expect(page).toHaveURL("/catalog/default/group/engineering");
  await expect(page.getByRole("region", { name: "Members" })).toContainText("through Box Office");
});

test("an empty place opens to the YAML that fills it", async ({ page }) => {
  await open(page, "/catalog/default/component/seat-map");
  const hint = page.getByRole("main").locator("details.hint").first();
  await hint.locator("summary").click();
  await expect(hint.locator("pre")).toContainText("name: seat-map");
  await expect(hint.getByRole("button", { name: "Copy the YAML" })).toBeVisible();
  await expectAxeClean(page);
});
