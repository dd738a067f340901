// What somebody sees who asks for more than one may in a while.
import { withServer } from "./own-server";
import { expect, expectAxeClean, expectNoSideScroll, open } from "./support";

const limit = (most: number) => ({ limit: most, window: "1 hour" });
const test = withServer({
  github: true,
  config: JSON.stringify({ backend: { limits: { signIns: limit(2), writes: limit(2) } } }),
});

test.use({ expectedComplaints: /status of 429/ });

test("signing in too often is told to wait, and how long", async ({ page, server }) => {
  await page.goto(`${server.url}/sign-in?return_to=/catalog`);
  const leave = page.getByRole("link", { name: "Sign in with GitHub" });
  const href = await leave.getAttribute("href");
  for (let i = 0; i < 2; i++) await page.goto(new URL(href!, server.url).href);
  const refused = await page.goto(new URL(href!, server.url).href);
  expect(refused?.status()).toBe(429);
  await expect(page).toHaveTitle(/Too much at once/);
  await expect(page.getByRole("alert")).toContainText(/Nothing was done; wait \d+ minutes/);
  await expectAxeClean(page);
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(viewport);
    await expectNoSideScroll(page);
  }
  // What was wanted can be asked again, and the rest of the portal is there.
  await expect(page.getByRole("link", { name: "Try again" })).toHaveAttribute("href", /return_to=/);
  await page.getByRole("link", { name: "Home" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
});

test("a star too many is taken back, and says why", async ({ page, server }) => {
  await open(page, `${server.url}/catalog/default/component/counter`);
  const button = page.getByRole("button", { name: "Star Counter" });
  const answered = () => page.waitForResponse((response) => response.url().endsWith("/_fn/set_starred"));
  for (let i = 0; i < 2; i++) {
    const kept = answered();
    await button.click();
    expect((await kept).status()).toBe(200);
    await expect(button).not.toHaveAttribute("aria-busy");
  }
  const refused = answered();
  await button.click();
  expect((await refused).status()).toBe(429);
  await expect(button).toHaveAttribute("aria-pressed", "false");
  await expect(page.getByRole("alert")).toHaveText(/This was not kept\. Too much was changed .* wait \d+ minutes/);
});
