// People sign in with GitHub, see what is theirs, and leave.
import { withServer } from "./own-server";
import { expect, expectAxeClean, menu, open } from "./support";

const test = withServer({ github: true });

test.use({ expectedComplaints: /40[13]/ });

test("somebody signs in with GitHub, looks around, makes a token and leaves", async ({ page, server }) => {
  await open(page, `${server.url}/settings`);
  await expect(page.getByText("Nobody has signed in: ")).toBeVisible();
  await menu(page, /^You: /).click();
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await expectAxeClean(page);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByRole("link", { name: "tomas-berg" }).click();

  await open(page, `${server.url}/settings`);
  const profile = page.getByRole("region", { name: "Profile" });
  await expect(profile).toContainText("Tomas Berg");
  await expect(profile).toContainText("You are signed in with GitHub.");
  await expect(page.getByRole("region", { name: "Where you are signed in" })).toContainText("Here");
  await expectAxeClean(page);

  await page.getByLabel("What is it for?").fill("Nightly export");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = (await page.locator(".token-text").innerText()).trim();
  expect(token).toMatch(/^cbp_/);
  await expectAxeClean(page);
  const facets = `${server.url}/api/catalog/entity-facets?facet=kind`;
  const asked = await page.request.get(facets, { headers: { authorization: `Bearer ${token}` } });
  expect(asked.status()).toBe(200);
  await page.getByRole("link", { name: "I have copied it" }).click();
  await page.getByRole("button", { name: "Revoke Nightly export" }).click();
  await expect(page.getByRole("button", { name: "Revoke Nightly export" })).toHaveCount(0);
  const again = await page.request.get(facets, { headers: { authorization: `Bearer ${token}` } });
  expect(again.status()).toBe(401);

  await page.getByRole("region", { name: "Profile" }).getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out")).toBeVisible();
  await open(page, `${server.url}/settings`);
  await expect(page.getByText("Nobody has signed in: ")).toBeVisible();
});

test("a session is ended from another browser", async ({ page, server, browser }) => {
  const signIn = async (page: import("@playwright/test").Page) => {
    await page.goto(`${server.url}/sign-in?again=1`);
    await page.getByRole("link", { name: "Sign in with GitHub" }).click();
    await page.getByRole("link", { name: "nora-quint" }).click();
    await open(page, `${server.url}/settings`);
    await expect(page.getByText("You are signed in with GitHub.")).toBeVisible();
  };
  await signIn(page);
  const elsewhere = await (await browser.newContext()).newPage();
  await signIn(elsewhere);
  await elsewhere.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(elsewhere.getByRole("button", { name: "Sign out everywhere else" })).toHaveCount(0);
  await open(page, `${server.url}/settings`);
  await expect(page.getByText("Nobody has signed in: ")).toBeVisible();
  await elsewhere.context().close();
});

test("who is not let in is told why", async ({ page, server }) => {
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByRole("link", { name: "ann", exact: true }).click();
  const told = page.getByRole("alert");
  await expect(told).toContainText("You were not let in");
  await expect(told).toContainText("emailMatchingUserEntityProfileEmail");
  await expectAxeClean(page);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByRole("link", { name: "Deny" }).click();
  await expect(page.getByRole("alert")).toContainText("denied your application access");
});
