// A template makes a repository at a GitHub of its own, and what it has made is in the catalog.
import { withServer } from "./own-server";
import { expect, open } from "./support";

const test = withServer({ github: true });

test("a template becomes a repository and a component", async ({ page, server }) => {
  const values = {
    name: "seat-upgrades",
    description: "Moves people forward",
    owner: "group:default/box-office",
    repoUrl: "github.com?owner=playhouse&repo=seat-upgrades",
  };
  const answers = encodeURIComponent(JSON.stringify(values));
  await open(page, `${server.url}/create/templates/default/rust-service?formData=${answers}`);
  for (const [button, next] of [
    ["Next", "How it runs"],
    ["Next", "Where the code lives"],
    ["Review", "Review"],
  ]) {
    await page.getByRole("button", { name: button, exact: true }).click();
    await expect(page.getByRole("heading", { level: 2, name: next })).toBeVisible();
  }
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/create\/tasks\/.+/);
  await expect(page.getByRole("status").first()).toContainText("Completed", { timeout: 20_000 });
  const task = page.url();

  // The repository is as the organisation wants it, whatever the template says.
  await page.getByRole("link", { name: "Repository", exact: true }).click();
  await expect(page).toHaveURL(/\/playhouse\/seat-upgrades(\.git)?$/);
  await expect(page.getByText("Moves people forward")).toBeVisible();
  await expect(page.getByText(/2 approving reviews required/)).toBeVisible();
  await expect(page.getByRole("row", { name: "Wiki off" })).toBeVisible();
  await expect(page.getByRole("row", { name: "Teams fly-floor (maintain)" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Raise the curtain" })).toBeVisible();
  await page.getByRole("link", { name: "catalog-info.yaml" }).click();
  await expect(page.locator("pre")).toContainText("name: seat-upgrades");

  // And the component is in the catalog.
  await open(page, task);
  await page.getByRole("link", { name: "In the catalog" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "seat-upgrades" })).toBeVisible();
  // It says what has made it.
  await page.getByRole("link", { name: "this task" }).click();
  await expect(page).toHaveURL(task);
});
