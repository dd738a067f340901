// People sign in with a certified provider of OpenID Connect, because they have to.
import { withServer } from "./own-server";
import { expect, expectAxeClean, menu, open, signInAs } from "./support";

const test = withServer({ provider: true });

// The provider's own pages complain of what they have not got.
test.use({ expectedComplaints: /40[0134]|favicon|Content-Security-Policy|Content Security Policy/ });

test("who has not signed in sees nothing, and afterwards what they wanted", async ({ page, server }) => {
  await page.goto(`${server.url}/catalog?kind=group`);
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await expectAxeClean(page);
  const api = await page.request.get(`${server.url}/api/catalog/entities`);
  expect(api.status()).toBe(401);
  await signInAs(page, "nora.quint");
  await expect(page).toHaveURL(/\/catalog\?kind=group/);
  await expect(menu(page, "You: Nora Quint")).toBeVisible();

  await open(page, `${server.url}/settings`);
  await page.getByRole("region", { name: "Profile" }).getByRole("button", { name: "Sign out" }).click();
  // The provider asks whether one leaves it too.
  await page.getByRole("button", { name: /yes/i }).click();
  await expect(page.getByText("You are signed out")).toBeVisible();
  await page.goto(server.url);
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});

test("who is in no catalog is told so", async ({ page, server }) => {
  await page.goto(server.url);
  await signInAs(page, "stranger");
  const told = page.getByRole("alert");
  await expect(told).toContainText("You were not let in");
  await expect(told).toContainText("user:default/stranger");
});

test("a session that was ended asks to sign in again", async ({ page, server, context }) => {
  await page.goto(server.url);
  await signInAs(page, "tomas.berg");
  await expect(menu(page, "You: Tomas Berg")).toBeVisible();
  await context.clearCookies({ name: "callboard-session" });
  await page.goto(`${server.url}/settings`);
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});
