// What somebody sees follows what the catalog says of them, and ends with their session.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { withServer } from "./own-server";
import { expect, expectAxeClean, menu, signInAs } from "./support";

const entity = (kind: string, name: string, spec: object) =>
  JSON.stringify({ apiVersion: "backstage.io/v1alpha1", kind, metadata: { name }, spec });

/** Ada with her teams, and a component of each. */
const catalog = (teams: string[]) =>
  [
    entity("User", "ada", { profile: { displayName: "Ada" }, memberOf: teams }),
    entity("Group", "stage", { type: "team", children: [] }),
    entity("Group", "sound", { type: "team", children: [] }),
    entity("Component", "lights", { type: "service", lifecycle: "production", owner: "stage" }),
    entity("Component", "mixer", { type: "service", lifecycle: "production", owner: "sound" }),
  ].join("\n---\n");

const test = withServer({
  provider: true,
  files: { "all.yaml": catalog(["stage"]) },
  config: JSON.stringify({
    catalog: { processingInterval: { seconds: 1 } },
    auth: { session: { lifetime: { seconds: 8 } } },
  }),
});

test.use({ expectedComplaints: /40[0134]|favicon|Content-Security-Policy|Content Security Policy/ });

test("what is somebody’s own follows their teams", async ({ page, server }) => {
  const owned = `${server.url}/catalog?scope=owned`;
  await page.goto(owned);
  await signInAs(page, "ada");
  await expect(page.getByRole("link", { name: "lights" })).toBeVisible();
  await expect(page.getByRole("link", { name: "mixer" })).toHaveCount(0);

  await fs.writeFile(path.join(server.catalog, "all.yaml"), catalog(["sound"]));
  await expect(async () => {
    await page.goto(owned);
    if (await page.getByRole("heading", { level: 1, name: "Sign in" }).isVisible()) await signInAs(page, "ada");
    await expect(page.getByRole("link", { name: "mixer" })).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByRole("link", { name: "lights" })).toHaveCount(0);
});

test("a session that has lasted its time says so, and one goes on where one was", async ({ page, server }) => {
  await page.goto(`${server.url}/settings`);
  await signInAs(page, "ada");
  await expect(menu(page, "You: Ada")).toBeVisible();
  await expect(page.getByRole("region", { name: "My groups" })).toContainText("You are a member.");
  await expect(async () => {
    await page.goto(`${server.url}/settings`);
    await expect(page.getByText("Your session has ended")).toBeVisible({ timeout: 500 });
  }).toPass();
  await expectAxeClean(page);
  await signInAs(page, "ada");
  await expect(page).toHaveURL(`${server.url}/settings`);
  await expect(menu(page, "You: Ada")).toBeVisible();
});

test("an open page says that one has to sign in again", async ({ page, server, context }) => {
  await page.goto(`${server.url}/catalog`);
  await signInAs(page, "ada");
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
  await context.clearCookies({ name: "callboard-session" });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Problems" }).click();
  const told = page.getByRole("alert").filter({ hasText: "Sign in to see this" });
  await told.getByRole("link", { name: "Sign in" }).click();
  await signInAs(page, "ada");
  await expect(page).toHaveURL(`${server.url}/problems`);
});
