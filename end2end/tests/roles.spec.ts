// An administrator makes a role for a group, its members see what it grants, and lose it with the role.
import { withServer } from "./own-server";
import { SCRIPT_NOTE } from "./places";
import { expect, expectAxeClean, expectNoSideScroll, hydrated, open } from "./support";
import type { Page } from "@playwright/test";

const ADMINISTRATOR = "user:default/nora.quint";
const MEMBER = "user:default/elsie.marlow";
const GROUP = "group:default/front-of-house";

const permission = {
  enabled: true,
  rbac: { admin: { users: [{ name: ADMINISTRATOR }] } },
  roles: [{ name: "everybody", members: ["signed-in"], grants: [{ permission: "catalog.location.read" }] }],
};

const test = withServer({ config: JSON.stringify({ permission }) });

test.use({ expectedComplaints: /40[039]/ });
test.describe.configure({ mode: "serial" });

/** The components that the member sees, by the API as the administrator looks through their eyes. */
async function seen(page: Page, url: string): Promise<string[]> {
  const answer = await page.request.get(`${url}/api/catalog/entities?filter=kind=component`, {
    headers: { cookie: `callboard_view_as=${MEMBER}` },
  });
  if (answer.status() === 403) return [];
  const entities: { metadata: { name: string } }[] = await answer.json();
  return entities.map((entity) => entity.metadata.name).sort();
}

test("a role is made, previewed, explained and deleted", async ({ page, server }) => {
  expect(await seen(page, server.url)).toEqual([]);
  await open(page, `${server.url}/admin`);
  await page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name: "Roles" }).click();
  const roles = page.getByRole("region", { name: "Roles" });
  await expect(roles.getByRole("listitem").first()).toContainText("from app-config");
  await expectAxeClean(page);
  await page.getByRole("link", { name: "New role" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "New role" })).toBeVisible();

  await page.getByLabel("Name", { exact: true }).fill("Owners see");
  await page.getByLabel("A person or a group, 1").fill(GROUP);
  await page.getByRole("checkbox", { name: /catalog\.entity\.read/ }).check();
  await page.getByLabel("A rule").selectOption("IS_ENTITY_OWNER");
  await page.getByRole("button", { name: "Add the rule" }).click();
  await page.getByLabel("claims").fill("$ownerRefs");
  await page.getByLabel(/See what it would mean/).fill(MEMBER);
  await page.getByRole("button", { name: "Preview", exact: true }).last().click();
  const preview = page.locator("#preview");
  await expect(preview).toContainText("would have the role");
  await expect(preview).toContainText("no → under conditions");
  await hydrated(page);
  await expectAxeClean(page);
  expect(await seen(page, server.url)).toEqual([]);
  await page.getByRole("button", { name: "Save the role" }).click();
  await expect(page.getByText("The role “Owners see” is kept.")).toBeVisible();
  await expect(roles).toContainText("see entities: owned by them or their groups");
  const theirs = await seen(page, server.url);
  expect(theirs.length).toBeGreaterThan(0);
  const all = await page.request.get(`${server.url}/api/catalog/entities?filter=kind=component`);
  expect((await all.json()).length).toBeGreaterThan(theirs.length);

  const query = new URLSearchParams({
    person: MEMBER,
    permission: "catalog.entity.read",
    entity: `component:default/${theirs[0]}`,
  });
  await open(page, `${server.url}/admin?${query}`);
  await expect(page.getByText(`The role “Owners see” (made here) grants catalog.entity.read`)).toBeVisible();
  await expect(page.getByText(`as a member of ${GROUP}`).first()).toBeVisible();

  await open(page, `${server.url}/admin/roles`);
  await page.getByRole("link", { name: "Delete Owners see" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Delete the role “Owners see”?");
  await page.getByRole("button", { name: "Delete the role" }).click();
  await expect(page.getByText("The role “Owners see” is deleted.")).toBeVisible();
  expect(await seen(page, server.url)).toEqual([]);
});

test("with the keyboard alone, and a mistake stands beside its field", async ({ page, server }) => {
  await open(page, `${server.url}/admin/roles/new`);
  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.type("Operations");
  await page.keyboard.press("Tab");
  await page.keyboard.type("They see how everything does");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(page.getByLabel("Everybody who has signed in")).toBeChecked();
  // Enter looks at what would be, and keeps nothing.
  await page.getByLabel("Description").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").first()).toContainText("Nothing is saved yet");
  await expect(page.getByText("should name one permission at least")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Operations");
  await page.getByRole("checkbox", { name: /admin\.read/ }).focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Save the role" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("The role “Operations” is kept.")).toBeVisible();
});

test.describe("on a phone, without scripts", () => {
  test.use({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false, expectedComplaints: SCRIPT_NOTE });

  test("roles are read and changed", async ({ page, server }) => {
    await page.goto(`${server.url}/admin/roles`);
    await expect(page.getByRole("link", { name: "Edit Operations" })).toBeVisible();
    await page.getByRole("link", { name: "Edit Operations" }).click();
    await page.getByLabel("Description").fill("They look after it");
    await page.getByRole("button", { name: "Add another grant" }).click();
    await page.locator("#grant-1").getByRole("checkbox", { name: /scaffolder\.task\.read/ }).check();
    await page.getByRole("button", { name: "Save the role" }).click();
    await expect(page.getByText("They look after it")).toBeVisible();
    await expect(page.getByText("see tasks")).toBeVisible();
  });
});

test("nothing is wider than a phone", async ({ page, server }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ["/admin/roles", "/admin/roles/new", "/admin/roles/edit?role=Operations", "/admin/roles/delete?role=Operations"]) {
    await open(page, `${server.url}${path}`);
    await expectNoSideScroll(page);
    await expectAxeClean(page);
  }
});
