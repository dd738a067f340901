// The graph: read, moved, enlarged, and put around something else, with a pointer, with keys and with neither.
import { expect, markPage, menu, open, test } from "./support";

const orders = "/graph?root=component:default%2Forders&depth=1";

test("a click puts another entity into the centre, within the application", async ({ page }) => {
  await open(page, orders);
  const notReloaded = await markPage(page);
  const drawing = page.locator("svg.graph-drawing");
  await expect(drawing.getByRole("link", { name: "Orders, Component · service" })).toHaveAttribute("aria-current", "true");
  await drawing.getByRole("link", { name: "Payments, Component" }).click();
  await expect(page).toHaveURL("/graph?root=component:default%2Fpayments&depth=1");
  await expect(page).toHaveTitle("Graph of Payments · Callboard");
  await page.getByRole("link", { name: "Open its page" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Payments" })).toBeVisible();
  await notReloaded();
});

test("a box says what it is to who stops there, with a pointer or with keys", async ({ page }) => {
  await open(page, orders);
  const card = page.locator(".hover-card");
  const payments = page.locator("svg.graph-drawing").getByRole("link", { name: "Payments, Component" });
  await payments.hover();
  await expect(card).toBeVisible();
  await expect(card).toContainText("component:default/payments");
  await expect(card).toContainText("Owner");
  await page.getByRole("heading", { level: 1 }).hover();
  await expect(card).toBeHidden();
  await payments.focus();
  await expect(card).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
});

test("steps, direction, kinds and relations stand in the address", async ({ page }) => {
  await open(page, orders);
  const needs = page.getByRole("navigation", { name: "Direction" }).getByRole("link", { name: "What it needs" });
  await needs.click();
  await expect(page).toHaveURL(`${orders}&dir=out`);
  // The new drawing brings new menus: one that is opened before it comes is gone.
  await expect(needs).toHaveAttribute("aria-current", "true");
  await menu(page, /^\s*Kinds/).locator("summary").click();
  await menu(page, /^\s*Kinds/).getByRole("link", { name: "APIs" }).click();
  await expect(page).toHaveURL(/&kind=component/);
  await expect(page.locator("svg .node")).not.toHaveCount(0);
  await expect(page.locator("svg .node-teal")).toHaveCount(0);
  await page.getByRole("link", { name: "Reset" }).click();
  await expect(page).toHaveURL("/graph?root=component:default%2Forders");
});

test("it is moved with a hand and enlarged with buttons and keys", async ({ page }) => {
  await open(page, "/graph?root=component:default%2Forders");
  const drawing = page.locator("svg.graph-drawing");
  const canvas = page.locator(".graph-canvas");
  const width = async () => Number(await drawing.getAttribute("width"));
  const before = await width();
  await page.getByRole("button", { name: "Larger" }).click();
  expect(await width()).toBeGreaterThan(before);
  await canvas.focus();
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  expect(await width()).toBeGreaterThan(1.5 * before);

  const left = () => canvas.evaluate((element) => element.scrollLeft);
  const from = await left();
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + 400, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y + 20, { steps: 4 });
  await page.mouse.up();
  expect(await left()).toBeGreaterThan(from + 50);
  await expect(page).toHaveURL("/graph?root=component:default%2Forders");

  await page.keyboard.press("0");
  const fits = () => canvas.evaluate((element) => element.scrollWidth <= element.clientWidth);
  await expect.poll(fits).toBe(true);
});

test("pointing at an entity brings out its lines", async ({ page }) => {
  await open(page, orders);
  await page.locator("svg").getByRole("link", { name: "Ticketing, System" }).hover();
  await expect(page.locator("svg .edge[data-near]")).toHaveCount(1);
  await expect(page.locator("svg .edge[data-near]")).toHaveAttribute("aria-label", "Ticketing holds Orders");
});

test("keys lead to it and through it", async ({ page }) => {
  await open(page, "/");
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await expect(page).toHaveURL("/graph");
  const link = page.locator("svg").getByRole("link", { name: "Audience, Domain" });
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/graph?root=domain:default%2Faudience");
});

test("the same stands as a list", async ({ page }) => {
  await open(page, orders);
  await page.getByText("As a list").click();
  const entry = page.locator(".graph-entry").filter({ hasText: "Box Office" });
  await expect(entry).toContainText("owns Orders");
  await entry.getByRole("link", { name: "Show the graph around Box Office" }).click();
  await expect(page).toHaveURL("/graph?root=group:default%2Fbox-office&depth=1");
});

test("a system shows what it holds, and the card of a service leads to its graph", async ({ page }) => {
  await open(page, "/catalog/default/system/ticketing");
  const diagram = page.getByRole("region", { name: "Diagram" });
  await diagram.getByRole("link", { name: "Orders, Component" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Orders" })).toBeVisible();
  await page.getByRole("region", { name: "Graph" }).getByRole("link", { name: "Open large" }).click();
  await expect(page).toHaveURL("/graph?root=component:default%2Forders");
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false, expectedComplaints: /csp$/ });

  test("it is drawn, chosen and followed", async ({ page }) => {
    await page.goto("/graph");
    await page.getByRole("searchbox", { name: "Begin with" }).fill("orders");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("main").getByRole("link", { name: "Orders", exact: true }).click();
    await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: "1" }).click();
    await expect(page).toHaveURL("/graph?root=component:default%2Forders&depth=1");
    await page.locator("svg").getByRole("link", { name: "Stage, Resource" }).click();
    await expect(page).toHaveURL("/graph?root=resource:default%2Fstage-cluster&depth=1");
    await expect(page.getByRole("button", { name: "Larger" })).toBeHidden();
  });
});
