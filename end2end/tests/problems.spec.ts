// What is wrong in the catalog is said: on a page of its own, at the entity, and with its line.
import { withServer } from "./own-server";
import { expect, expectAxeClean, expectNoSideScroll, markPage, open, test as plain } from "./support";

const test = withServer({
  files: {
    "broken.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: [half\n",
    "lamp.yaml": `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: lamp
spec:
  type: service
  lifecycle: production
  owner: nobody-we-know
`,
    "lamp-again.yaml": `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: lamp
spec:
  type: library
  lifecycle: production
  owner: nobody-we-know
`,
    "fan.yaml": `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: fan
spec:
  type: service
  lifecycle: production
  owner: user:default/nora.quint
  dependsOn: [component:default/no-such-lamp]
`,
    "nameless.yaml": `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: "not a name!"
spec:
  type: service
  lifecycle: production
  owner: nobody-we-know
`,
  },
});

test("every source that has a problem is named, with what to do", async ({ page, server }) => {
  await open(page, `${server.url}/problems`);
  const main = page.getByRole("main");
  await expect(main.getByRole("region", { name: /broken\.yaml/ })).toContainText(/line \d/);
  await expect(main.getByRole("region", { name: /nameless\.yaml/ })).toContainText("not a name!");
  await expect(main.getByRole("region", { name: /lamp.*\.yaml/ }).first()).toContainText("lamp");
  await expectNoSideScroll(page);
  await expectAxeClean(page);
  await page.setViewportSize({ width: 320, height: 700 });
  await expectNoSideScroll(page);
});

test("home leads to what is one's own", async ({ page, server }) => {
  await open(page, `${server.url}/`);
  const notReloaded = await markPage(page);
  const attention = page.getByRole("region", { name: "Needs attention" });
  await expect(attention).toContainText("no-such-lamp");
  await attention.getByRole("link", { name: /^See (it|them)/ }).click();
  await expect(page).toHaveURL(`${server.url}/problems?owner=mine`);
  await expect(page.getByRole("region", { name: /fan\.yaml/ })).toBeVisible();
  await expect(page.getByRole("region", { name: /broken\.yaml/ })).toHaveCount(0);
  await notReloaded();
});

test("narrowed by sort and by owner, all in the address", async ({ page, server }) => {
  await open(page, `${server.url}/problems`);
  const notReloaded = await markPage(page);
  await page.getByRole("navigation", { name: "What" }).getByRole("link", { name: /Claimed twice/ }).click();
  await expect(page).toHaveURL(`${server.url}/problems?kind=conflict`);
  const main = page.getByRole("main");
  await expect(main.getByRole("region", { name: /lamp/ })).toHaveCount(1);
  await expect(main.getByRole("region", { name: /broken\.yaml/ })).toHaveCount(0);
  await page.getByRole("navigation", { name: "Whose" }).getByRole("link", { name: /Mine/ }).click();
  await expect(page).toHaveURL(`${server.url}/problems?owner=mine&kind=conflict`);
  await expect(main).toContainText("Nothing of this is wrong");
  await main.getByRole("link", { name: "Show everything" }).click();
  await expect(main.getByRole("region", { name: /broken\.yaml/ })).toBeVisible();
  await notReloaded();
});

test("an entity tells its own, and the one that claims its name", async ({ page, server }) => {
  await open(page, `${server.url}/catalog/default/component/lamp`);
  await expect(page.getByRole("main")).toContainText("nobody-we-know");
  await expect(page.getByRole("region", { name: "Source", exact: true })).toContainText(/Also claimed.*lamp/s);
});

plain("a catalog without problems says so", async ({ page }) => {
  await open(page, "/problems");
  await expect(page.getByText("Nothing is wrong")).toBeVisible();
});
