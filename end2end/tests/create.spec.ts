// From a template to its review: choosing, filling in with mistakes and corrections, by hand and by key.
import { expect, expectAxeClean, expectNoSideScroll, hydrated, open, test } from "./support";
import type { Page } from "@playwright/test";

const FORM = "/create/templates/default/rust-service";

/** Waits for the page of that heading. */
async function turnedTo(page: Page, title: string) {
  await expect(page.getByRole("heading", { level: 2, name: title })).toBeVisible();
}

test("a template is chosen, filled in with corrections, and read once more", async ({ page }) => {
  await open(page, "/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Create" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Create" })).toBeVisible();
  await page.getByRole("link", { name: "Rust service" }).click();
  await turnedTo(page, "The service");
  await expect(page).toHaveURL(/\/create\/templates\/default\/rust-service$/);

  await page.getByLabel("Name", { exact: true }).fill("Seat Upgrades");
  await page.getByRole("button", { name: "Next" }).click();
  const mistakes = page.getByRole("alert").filter({ hasText: "3 answers need another look" });
  await expect(mistakes).toBeVisible();
  await expect(mistakes).toBeFocused();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");

  await page.getByLabel("Name", { exact: true }).fill("seat-upgrades");
  await page.getByLabel("What does it do?").fill("Moves people forward");
  const owner = page.getByRole("combobox", { name: "Owner" });
  await owner.fill("box");
  await page.getByRole("option", { name: /Box Office/ }).click();
  await expect(owner).toHaveValue("Box Office");
  await expect(mistakes).toHaveCount(0);
  await page.getByRole("button", { name: "Next" }).click();
  await turnedTo(page, "How it runs");
  await expect(page).toHaveURL(/page=1$/);

  const port = page.getByRole("spinbutton", { name: "Port" });
  await port.fill("80");
  await port.press("Tab");
  await expect(page.getByText("This must be at least 1024.", { exact: true })).toBeVisible();
  await port.fill("9000");
  await page.getByLabel("Something important is missing").check();
  await page.getByRole("button", { name: "Next" }).click();
  await turnedTo(page, "Where the code lives");
  await page.getByLabel("Repository", { exact: true }).last().fill("seat-upgrades");
  await page.getByRole("button", { name: "Review", exact: true }).click();
  await turnedTo(page, "Review");
  const review = page.getByRole("region");
  await expect(review.first()).toContainText("seat-upgrades");
  await expect(page.getByRole("link", { name: "Box Office" })).toBeVisible();
  await expect(page.getByText("github.com?owner=playhouse&repo=seat-upgrades")).toBeVisible();

  // Back is back, and what was answered is there.
  await page.goBack();
  await turnedTo(page, "Where the code lives");
  await page.goBack();
  await turnedTo(page, "How it runs");
  await expect(port).toHaveValue("9000");
  await page.getByRole("button", { name: /The service/ }).click();
  await turnedTo(page, "The service");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("seat-upgrades");
});

test("a form that was left is there again, and begins anew when asked", async ({ page }) => {
  await open(page, FORM);
  await page.getByLabel("Name", { exact: true }).fill("understudy");
  await page.getByLabel("Name", { exact: true }).press("Tab");
  await expect
    .poll(() => page.evaluate(() => Object.values(localStorage).join()))
    .toContain("understudy");
  await open(page, "/catalog");
  await open(page, FORM);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("understudy");
  await page.getByLabel("What does it do?").fill("Stands in");
  await page.getByRole("combobox", { name: "Owner" }).fill("Box Office");
  await page.getByRole("button", { name: "Next" }).click();
  await turnedTo(page, "How it runs");
  await page.getByRole("spinbutton", { name: "Port" }).fill("9001");
  await page.getByRole("spinbutton", { name: "Port" }).press("Tab");
  await expect.poll(() => page.evaluate(() => Object.values(localStorage).join())).toContain("9001");
  await open(page, FORM);
  await turnedTo(page, "How it runs");
  await expect(page.getByRole("spinbutton", { name: "Port" })).toHaveValue("9001");
  await page.getByRole("button", { name: /The service/ }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("understudy");
  await page.getByRole("link", { name: "Start over" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("");
  await page.reload();
  await hydrated(page);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("");
});

test("the keyboard is enough", async ({ page }) => {
  await open(page, FORM);
  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.type("by-key");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Typed");
  await page.keyboard.press("Tab");
  const owner = page.getByRole("combobox", { name: "Owner" });
  await expect(owner).toBeFocused();
  await page.keyboard.type("fly");
  await expect(page.getByRole("option").first()).toContainText("Fly Floor");
  await page.keyboard.press("ArrowDown");
  await expect(owner).toHaveAttribute("aria-activedescendant", /.+/);
  await page.keyboard.press("Enter");
  await expect(owner).toHaveValue("Fly Floor");
  await expect(owner).toBeFocused();
  await page.keyboard.press("Enter");
  await turnedTo(page, "How it runs");
  await expect(page.getByRole("heading", { level: 2, name: "How it runs" })).toBeFocused();
});

test("a link fills a form in", async ({ page }) => {
  const values = encodeURIComponent(JSON.stringify({ name: "from-a-link", owner: "group:default/box-office" }));
  await open(page, `${FORM}?formData=${values}`);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("from-a-link");
  await expect(page.getByRole("combobox", { name: "Owner" })).toHaveValue("Box Office");
});

test("what depends on an answer comes at once", async ({ page }) => {
  await open(page, "/create/templates/default/website");
  await page.getByLabel("Name", { exact: true }).fill("gift-cards");
  await page.getByLabel("Title").fill("Gift cards");
  await page.getByRole("combobox", { name: "Owner" }).fill("Box Office");
  await page.getByRole("button", { name: "Next" }).click();
  await turnedTo(page, "Who sees it");
  await expect(page.getByLabel("Host name")).toHaveCount(0);
  await page.getByLabel("Everybody").check();
  await expect(page.getByLabel("Host name")).toBeVisible();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "2 answers" })).toContainText("This is needed.");
  await page.getByLabel("People who work here").check();
  await expect(page.getByLabel("Host name")).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`everyone can use a form with mistakes and offers, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page, FORM);
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "need another look" })).toBeVisible();
    await page.getByRole("combobox", { name: "Owner" }).click();
    await expect(page.getByRole("option").first()).toBeVisible();
    await expectAxeClean(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAxeClean(page);
    await expectNoSideScroll(page);
  });
}

test.describe("what is written", () => {
  // A text that is no template is answered with what is wrong with it.
  test.use({ expectedComplaints: /400 \(Bad Request\).*fill_form/ });

  test("a template is written beside its form", async ({ page }) => {
    await open(page, "/create/edit");
    const text = page.getByLabel("The template as YAML");
    await expect(page.getByLabel("Name", { exact: true })).toBeVisible();
    const written = await text.inputValue();
    await text.fill(written.replace("title: Name", "title: What it is called"));
    await expect(page.getByLabel("What it is called")).toBeVisible();
    await page.getByRole("button", { name: "Review", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: "needs another look" })).toBeVisible();
    await text.fill(written.replace("spec:", "spec: ["));
    await expect(page.getByText(/^Line \d+: /)).toBeVisible();
    await text.fill(written.replace("type: service", "type: 7"));
    await expect(page.getByText(/Line \d+: .*spec.type|Line \d+: \/spec\/type/)).toBeVisible();
    await page.locator("summary").filter({ hasText: "A new template" }).click();
    await page.getByRole("link", { name: "Website" }).last().click();
    await expect(page.getByRole("heading", { level: 2, name: "The site" })).toBeVisible();
  });
});

test("a template is tried before anybody uses it", async ({ page }) => {
  await open(page, "/create/edit?template=website");
  await page.getByLabel("Name", { exact: true }).fill("matinee");
  await page.getByLabel("Title", { exact: true }).fill("Matinee");
  await page.getByRole("combobox", { name: "Owner" }).fill("box-office");
  await page.getByRole("button", { name: "Next" }).last().click();
  await turnedTo(page, "Who sees it");
  await page.getByRole("button", { name: "Next" }).last().click();
  await turnedTo(page, "Where the code lives");
  await page.getByLabel("Repository", { exact: true }).last().fill("matinee");
  await page.getByRole("button", { name: "Review", exact: true }).last().click();
  const attempt = page.getByRole("button", { name: "Try it" });
  await attempt.click();
  const tried = page.getByRole("region", { name: "What came of it" });
  await expect(tried.getByRole("heading", { level: 2, name: "What came of it" })).toBeFocused();
  await expect(tried.getByText("Every step went through.")).toBeVisible();
  const file = tried.locator("details", { hasText: "catalog-info.yaml" }).last();
  await file.locator("summary").click();
  await expect(file.getByText("matinee").first()).toBeVisible();
  await expectAxeClean(page);
  await expectNoSideScroll(page);
  const text = page.getByLabel("The template as YAML");
  await text.fill((await text.inputValue()).replace(/name: \$\{\{ parameters.name \}\}/, "name: other-${{ parameters.name }}"));
  await attempt.click();
  await expect(tried.getByText(/Since the trial before: .*changed/)).toBeVisible();
});

test("a template is tried from its folder", async ({ page }) => {
  await open(page, "/create/edit");
  await page.getByLabel("Choose a folder").setInputFiles("../examples/templates/website");
  await expect(page.getByText(/The template of this folder, with \d+ more of its files/)).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: "The site" })).toBeVisible();
  await expect(page.getByLabel("The template as YAML")).toHaveValue(/name: website/);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false, expectedComplaints: /csp$/ });

  test("a form is filled in by its buttons", async ({ page }) => {
    await page.goto(FORM);
    await page.getByLabel("Name", { exact: true }).fill("plain");
    await page.getByLabel("What does it do?").fill("Works");
    await page.getByRole("combobox", { name: "Owner" }).fill("box-office");
    await page.getByRole("button", { name: "Next" }).last().click();
    await turnedTo(page, "How it runs");
    await page.getByRole("button", { name: "Back" }).click();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("plain");
    await expect(page.getByRole("combobox", { name: "Owner" })).toHaveValue("Box Office");
  });
});
