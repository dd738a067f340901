// Who has done what: found, narrowed and taken along by administrators.
import { withServer } from "./own-server";
import { expect, expectAxeClean, open } from "./support";

const test = withServer({ github: true });

test.use({ expectedComplaints: /40[13]/ });

test("what was done and what was refused is found, and can be taken along", async ({ page, server }) => {
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByRole("link", { name: "ann", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("You were not let in");
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByRole("link", { name: "nora-quint" }).click();
  await open(page, `${server.url}/settings`);
  await page.getByLabel("What is it for?").fill("Nightly export");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = (await page.locator(".token-text").innerText()).trim();

  const rows = page.getByRole("table", { name: "Entries" }).getByRole("row");
  const row = (action: string, outcome: string) => rows.filter({ hasText: action }).filter({ hasText: outcome });
  // Entries are written together, a moment later.
  await expect(async () => {
    await open(page, `${server.url}/admin/audit`);
    await expect(row("token.create", "Allowed")).toContainText("Nightly export", { timeout: 500 });
  }).toPass();
  await expect(row("sign-in", "Denied")).toContainText("ann");
  await expect(row("sign-in", "Allowed")).toContainText("user:default/nora.quint");
  await expect(page.locator("main")).not.toContainText(token);
  await expectAxeClean(page);

  // By keyboard.
  await page.getByLabel("Action").focus();
  await page.getByLabel("Action").selectOption("sign-in");
  await page.getByLabel("Outcome").selectOption("denied");
  await page.getByLabel("Outcome").press("Tab");
  await page.getByRole("button", { name: "Filter" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/action=sign-in&outcome=denied/);
  await expect(rows).toHaveCount(2);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export" }).click();
  const text = (await (await download).createReadStream().then((it) => it.toArray())).join("");
  const lines = text.trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ action: "sign-in", outcome: "denied" });
  await page.getByRole("link", { name: "Clear" }).click();
  await expect(row("token.create", "Allowed")).toBeVisible();

  await open(page, `${server.url}/admin/audit?action=entity.delete`);
  await expect(page.getByText("No such entries")).toBeVisible();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("nothing is wider than the screen", async ({ page, server }) => {
    await open(page, `${server.url}/admin/audit`);
    await expect(page.getByRole("heading", { level: 1, name: "Audit" })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAxeClean(page);
  });
});
