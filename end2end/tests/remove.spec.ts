// An entity is removed, kept out, and let in again; with scripts and without.
import { withServer } from "./own-server";
import { expect, expectAxeClean, expectNoSideScroll, menu, open } from "./support";

const lamp = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: lamp
  title: The Lamp
spec:
  type: service
  lifecycle: production
  owner: nobody-we-know
`;

const test = withServer({ files: { "lamp.yaml": lamp } });
// Without scripts the browser reports the one it was not allowed to load.
test.use({ expectedComplaints: /frontend\.\w+\.js: csp$|status of 404/ });

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("an entity is kept out and let in again", async ({ page, server }) => {
      const entity = `${server.url}/catalog/default/component/lamp`;
      await (javaScriptEnabled ? open(page, entity) : page.goto(entity));
      await menu(page, "More actions").locator("summary").click();
      await page.getByRole("link", { name: "Remove…" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Remove The Lamp" })).toBeVisible();
      await expectNoSideScroll(page);
      await page.getByRole("button", { name: "Delete and keep out" }).click();
      await expect(page).toHaveURL(`${server.url}/kept-out`);
      await expect(page.getByRole("main")).toContainText("component:default/lamp");
      const gone = await page.request.get(`${server.url}/api/catalog/entities/by-name/component/default/lamp`);
      expect(gone.status()).toBe(404);
      await page.getByRole("button", { name: "Let component:default/lamp in again" }).click();
      await expect(page.getByText("Nothing is kept out")).toBeVisible();
      await page.goto(entity);
      await expect(page.getByRole("heading", { level: 1, name: "The Lamp" })).toBeVisible();
    });

    test("an entity is read again", async ({ page, server }) => {
      const entity = `${server.url}/catalog/default/component/lamp`;
      await (javaScriptEnabled ? open(page, entity) : page.goto(entity));
      await menu(page, "More actions").locator("summary").click();
      await page.getByRole("button", { name: "Read it again" }).click();
      await expect(page.getByText("Its source is read again now")).toBeVisible();
      if (javaScriptEnabled) await expectAxeClean(page);
    });
  });
}
