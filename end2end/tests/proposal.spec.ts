// A repository without a catalog file is offered one, and is in the catalog once that is merged.
import { withServer } from "./own-server";
import { expect, expectAxeClean, expectNoSideScroll, open } from "./support";

const test = withServer({ github: true, config: "catalog: { processingInterval: 1 second }" });
test.use({ expectedComplaints: /frontend\.\w+\.js: csp$/ });
test.describe.configure({ mode: "serial" });

/** The address of the draft that the form of the page comes to. */
const draft = (repository: string, name: string) =>
  `/register?url=${encodeURIComponent(repository)}&kind=Component&name=${name}&type=website` +
  "&lifecycle=production&owner=front-of-house";

test("from a repository to a pull request to the catalog, by keyboard and on a phone", async ({ page, server }) => {
  const repository = `${server.github}/playhouse/programme`;
  await page.setViewportSize({ width: 320, height: 700 });
  await open(page, `${server.url}/register`);
  await page.getByRole("textbox", { name: "URL of a repository or a catalog file" }).fill(repository);
  await page.keyboard.press("Enter");
  await expect(page.getByText("No catalog file was found in playhouse/programme")).toBeVisible();
  await page.getByLabel("Name").fill("printed-programme");
  await page.getByLabel("Type").fill("website");
  await page.getByLabel("Lifecycle").fill("production");
  await page.getByLabel("Owner").fill("front-of-house");
  await page.keyboard.press("Enter");

  const form = page.getByRole("region", { name: "Open a pull request" });
  await expect(form.getByLabel("Title")).toHaveValue("Add catalog-info.yaml");
  await expectAxeClean(page);
  await expectNoSideScroll(page);
  await form.getByLabel("Branch").fill("a..b");
  await page.keyboard.press("Enter");
  await expect(form.getByLabel("Branch")).toHaveAccessibleDescription(/No branch can be called 'a..b'/);
  await form.getByLabel("Branch").fill("on-the-board");
  await form.getByLabel("Text").press("Tab");
  await form.getByLabel("Branch").press("Tab");
  await expect(form.getByRole("button", { name: "Open the pull request" })).toBeFocused();
  await page.keyboard.press("Enter");

  const outcome = page.getByRole("region", { name: "Pull request" });
  await expect(outcome.getByRole("status")).toContainText("is open in playhouse/programme.");
  await expectAxeClean(page);
  await expectNoSideScroll(page);
  const link = await outcome.getByRole("link", { name: "Have it merged" }).getAttribute("href");
  await outcome.getByRole("button", { name: "Register it now" }).click();
  await expect(page).toHaveURL(/\/catalog\/default\/location\/generated-/);
  const component = `${server.url}/catalog/default/component/printed-programme`;
  expect((await page.request.get(component)).status()).toBe(404);

  await page.goto(link ?? "");
  await expect(page.getByText("Opened with Callboard for")).toBeVisible();
  await page.getByRole("button", { name: "Merge pull request" }).click();
  await expect(page.getByText("Merged as")).toBeVisible();
  await expect.poll(async () => (await page.request.get(component)).status(), { timeout: 20_000 }).toBe(200);
});

test("the example template does the same", async ({ page, server }) => {
  const values = {
    repoUrl: "github.com?owner=playhouse&repo=box-office",
    name: "box-office-tills",
    description: "Sells tickets at the door",
    type: "service",
    lifecycle: "production",
    owner: "group:default/box-office",
  };
  const answers = encodeURIComponent(JSON.stringify(values));
  await open(page, `${server.url}/create/templates/default/bring-in?formData=${answers}`);
  for (const [button, next] of [
    ["Next", "What is in it"],
    ["Review", "Review"],
  ]) {
    await page.getByRole("button", { name: button, exact: true }).click();
    await expect(page.getByRole("heading", { level: 2, name: next })).toBeVisible();
  }
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("status").first()).toContainText("Completed", { timeout: 20_000 });
  await page.getByRole("link", { name: "Pull request", exact: true }).click();
  await expect(page.getByText("name: box-office-tills")).toBeVisible();
  await page.getByRole("button", { name: "Merge pull request" }).click();
  const component = `${server.url}/catalog/default/component/box-office-tills`;
  await expect.poll(async () => (await page.request.get(component)).status(), { timeout: 20_000 }).toBe(200);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("what is there already is said", async ({ page, server }) => {
    const repository = `${server.github}/playhouse/programme`;
    await page.goto(`${server.url}${draft(repository, "again")}`);
    await page.getByRole("button", { name: "Open the pull request" }).click();
    await expect(page.getByRole("alert")).toContainText("There is a catalog-info.yaml in playhouse/programme already.");
    await expect(page.getByRole("link", { name: "Begin the file there" })).toBeVisible();
  });
});
