// A repository without a catalog file gets one: looked at, written, put there, registered.
import * as http from "node:http";
import { withServer } from "./own-server";
import { expect, expectAxeClean, expectNoSideScroll, open } from "./support";

/** A GitHub whose repositories are on the branch `trunk`, and what the catalog file in them says. */
const github = { file: undefined as string | undefined };
const host = http.createServer((request, response) => {
  const answer = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  if (/^\/api\/v3\/repos\/playhouse\/\w+$/.test(path)) answer(200, { default_branch: "trunk" });
  else if (path.includes("/git/trees/")) {
    const tree = github.file ? [{ path: "catalog-info.yaml", type: "blob" }] : [];
    answer(200, { tree, truncated: false });
  } else if (path.endsWith("/catalog-info.yaml") && github.file) answer(200, github.file);
  else answer(404, { message: "Not Found" });
});

const port = 20_000 + (process.pid % 20_000);
const test = withServer({
  config: `
integrations:
  github:
    - host: 127.0.0.1:${port}
      apiBaseUrl: http://127.0.0.1:${port}/api/v3
      rawBaseUrl: http://127.0.0.1:${port}/raw
`,
});
test.use({ expectedComplaints: /frontend\.\w+\.js: csp$/ });
test.describe.configure({ mode: "serial" });
test.beforeAll(() => new Promise<void>((ready) => host.listen(port, "127.0.0.1", ready)));
test.afterAll(
  () =>
    new Promise<void>((done) => {
      host.close(() => done());
      // The server keeps its connection for the next time.
      host.closeAllConnections();
    }),
);

for (const javaScriptEnabled of [false, true]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("from a repository to an entity", async ({ page, server }) => {
      github.file = undefined;
      const name = javaScriptEnabled ? "fog" : "haze";
      const repository = `http://127.0.0.1:${port}/playhouse/${name}`;
      const start = `${server.url}/register`;
      await (javaScriptEnabled ? open(page, start) : page.goto(start));
      await page.getByRole("textbox", { name: "URL of a repository or a catalog file" }).fill(repository);
      await page.getByRole("button", { name: "Look at it" }).click();
      await expect(page.getByText("No catalog file was found in playhouse/" + name)).toBeVisible();
      await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue(name);

      // Only what files of the kind have is asked.
      await page.getByRole("combobox", { name: "Kind" }).selectOption("System");
      await expect(page.getByLabel("Lifecycle")).toBeHidden();
      await expect(page.getByLabel("Domain")).toBeVisible();
      await page.getByRole("combobox", { name: "Kind" }).selectOption("Component");
      await expect(page.getByLabel("Lifecycle")).toBeVisible();
      await expect(page.locator("#draft-owners option[value=box-office]")).toHaveCount(1);

      await page.getByLabel("Name").fill("fog machine");
      await page.getByLabel("Type").fill("service");
      await page.getByLabel("Owner").fill("box-office");
      await page.getByRole("button", { name: "Write the file" }).click();
      await expect(page.getByRole("alert")).toContainText("Not a catalog file yet");
      await expect(page.getByLabel("Name")).toHaveAccessibleDescription(/Name is not valid/);
      await expect(page.getByLabel("Lifecycle")).toHaveAccessibleDescription("Lifecycle is required, but missing.");
      if (javaScriptEnabled) await expectAxeClean(page);

      await page.getByLabel("Name").fill(name);
      await page.getByLabel("Lifecycle").fill("experimental");
      await page.getByLabel("Tags").fill("dmx, fog");
      await page.getByRole("button", { name: "Write the file" }).click();
      const text = await page.getByRole("region", { name: "catalog-info.yaml" }).locator("pre").textContent();
      expect(text).toContain(`name: ${name}\n`);
      const begins = page.getByRole("link", { name: "Begin the file there" });
      await expect(begins).toHaveAttribute("href", new RegExp(`^${repository}/new/trunk\\?filename=catalog-info.yaml&value=`));
      if (javaScriptEnabled) await expectAxeClean(page);
      await page.setViewportSize({ width: 320, height: 700 });
      await expectNoSideScroll(page);
      await page.setViewportSize({ width: 1440, height: 900 });

      // Somebody merges it.
      github.file = text ?? "";
      await page.getByRole("link", { name: "Look at it", exact: true }).click();
      await expect(page.getByText("All of it can be read.")).toBeVisible();
      await page.getByRole("button", { name: "Register" }).click();
      await expect(page).toHaveURL(/\/catalog\/default\/location\/generated-/);
      await expect
        .poll(async () => (await page.request.get(`${server.url}/catalog/default/component/${name}`)).status())
        .toBe(200);
    });
  });
}
