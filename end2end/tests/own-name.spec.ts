// A template that makes a repository in the name of whoever starts it.
import { withServer } from "./own-server";
import { expect, expectAxeClean, hydrated, open } from "./support";

const template = {
  apiVersion: "scaffolder.backstage.io/v1beta3",
  kind: "Template",
  metadata: { name: "scratchpad", title: "Scratchpad" },
  spec: {
    owner: "box-office",
    type: "service",
    parameters: [
      {
        title: "Where it lives",
        required: ["repoUrl"],
        properties: {
          repoUrl: {
            title: "Repository",
            type: "string",
            "ui:field": "RepoUrlPicker",
            "ui:options": {
              allowedHosts: ["github.com"],
              requestUserCredentials: { secretsKey: "USER_OAUTH_TOKEN", additionalScopes: { github: ["workflow"] } },
            },
          },
        },
      },
    ],
    steps: [
      {
        id: "make",
        name: "Make the repository",
        action: "github:repo:create",
        input: { repoUrl: "${{ parameters.repoUrl }}", token: "${{ secrets.USER_OAUTH_TOKEN }}" },
      },
      { id: "tell", name: "Tell", action: "debug:log", input: { message: "by ${{ secrets.USER_OAUTH_TOKEN }}" } },
    ],
  },
};
const entity = (kind: string, name: string, spec: object) => ({
  apiVersion: "backstage.io/v1alpha1",
  kind,
  metadata: { name },
  spec,
});
const profile = { displayName: "Nora Quint", email: "nora.quint@example.com" };
const entities = [
  template,
  entity("User", "nora.quint", { profile, memberOf: ["box-office"] }),
  entity("Group", "box-office", { type: "team", children: [] }),
];

const test = withServer({
  github: true,
  files: { "all.yaml": entities.map((it) => JSON.stringify(it)).join("\n---\n") },
  config: JSON.stringify({ catalog: { rules: [{ allow: ["Template", "User", "Group"] }] } }),
});

test.use({ expectedComplaints: /403/ });

test("somebody allows it once, and their answers are kept meanwhile", async ({ page, server }) => {
  const answers = encodeURIComponent(JSON.stringify({ repoUrl: "github.com?owner=nora-quint&repo=first-idea" }));
  await open(page, `${server.url}/create/templates/default/scratchpad?formData=${answers}`);
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Review" })).toBeVisible();
  await expectAxeClean(page);
  // Whoever passes over it is told.
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByText("which you have not allowed yet")).toBeVisible();

  await page.getByRole("link", { name: "Allow it at GitHub" }).click();
  await page.getByRole("link", { name: "nora-quint" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Review" })).toBeVisible();
  await hydrated(page);
  await expect(page.getByText("What is made at github.com is made in your name.")).toBeVisible();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/create\/tasks\/.+/);
  await expect(page.getByRole("status").first()).toContainText("Completed", { timeout: 20_000 });
  await expect(page.locator("main")).toContainText("***");
  await expect(page.locator("main")).not.toContainText("gho_");
  // No other could have made it there.
  const made = await page.request.get(`${server.github}/nora-quint/first-idea`);
  expect(made.status()).toBe(200);
});

test("without scripts too", async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const answers = encodeURIComponent(JSON.stringify({ repoUrl: "github.com?owner=nora-quint&repo=second-idea" }));
  await page.goto(`${server.url}/create/templates/default/scratchpad?formData=${answers}`);
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await page.getByRole("link", { name: "Allow it at GitHub" }).click();
  await page.getByRole("link", { name: "nora-quint" }).click();
  await expect(page.getByText("What is made at github.com is made in your name.")).toBeVisible();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/create\/tasks\/.+/);
  await expect.poll(async () => (await page.request.get(`${server.github}/nora-quint/second-idea`)).status()).toBe(200);
  await context.close();
});
