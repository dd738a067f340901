// A catalog of more than one page.
import { withServer } from "./own-server";
import { expect, hydrated, markPage, open, rowLinks } from "./support";

const numbers = Array.from({ length: 120 }, (_, index) => String(index + 1).padStart(3, "0"));
const component = (number: string) =>
  ["apiVersion: backstage.io/v1alpha1", "kind: Component", `metadata: { name: part-${number} }`].join("\n") +
  "\nspec: { type: service, lifecycle: production, owner: someone }\n";

const test = withServer({ files: { "all.yaml": numbers.map(component).join("---\n") } });

test("the next pages, the last one, and back", async ({ page, server }) => {
  await open(page, `${server.url}/catalog?kind=component`);
  const notReloaded = await markPage(page);
  const pages = page.getByRole("navigation", { name: "Pages" });
  await expect(page.getByRole("main").getByRole("status")).toHaveText("120 entities");
  await expect(pages).toContainText("1–50 of 120");
  await expect(rowLinks(page)).toHaveCount(50);
  await expect(rowLinks(page).first()).toHaveText("part-001");
  await expect(pages.getByRole("link", { name: "Previous page" })).toHaveCount(0);

  await pages.getByRole("link", { name: "Next page" }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(rowLinks(page).first()).toHaveText("part-051");
  await expect(pages).toContainText("51–100 of 120");

  await pages.getByRole("link", { name: "Next page" }).click();
  await expect(rowLinks(page)).toHaveCount(20);
  await expect(rowLinks(page).last()).toHaveText("part-120");
  await expect(pages.getByRole("link", { name: "Next page" })).toHaveCount(0);
  await notReloaded();

  await page.reload();
  await hydrated(page);
  await expect(rowLinks(page).first()).toHaveText("part-101");
  await pages.getByRole("link", { name: "Previous page" }).click();
  await expect(rowLinks(page).first()).toHaveText("part-051");
});

test("the next page begins at its top", async ({ page, server }) => {
  await open(page, `${server.url}/catalog?kind=component`);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(rowLinks(page).first()).toHaveText("part-051");
  await expect(rowLinks(page).first()).toBeInViewport();
});

test("narrowing the list begins at its first page, and so does sorting", async ({ page, server }) => {
  await open(page, `${server.url}/catalog?kind=component&page=3`);
  await page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
  await expect(rowLinks(page).first()).toHaveText("part-120");
  await expect(page).not.toHaveURL(/page=/);

  await open(page, `${server.url}/catalog?kind=component&page=3`);
  await page.getByRole("searchbox", { name: "Filter by text" }).fill("part-05");
  await expect(rowLinks(page)).toHaveCount(10);
  await expect(page).not.toHaveURL(/page=/);
});

test("a page after the last is the last", async ({ page, server }) => {
  await open(page, `${server.url}/catalog?kind=component&page=99`);
  await expect(rowLinks(page).first()).toHaveText("part-101");
});
