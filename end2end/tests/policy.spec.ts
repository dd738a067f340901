// The Content-Security-Policy: strict, kept by our own pages, and really in force.
import { places, NOT_FOUND_NOTE } from "./places";
import { expect, menu, open, test } from "./support";
import type { Page } from "@playwright/test";

/** Notes each violation from the very beginning of every page. */
async function watch(page: Page): Promise<() => Promise<string[]>> {
  const seen: string[] = [];
  await page.exposeFunction("noteViolation", (text: string) => seen.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const note = (window as unknown as { noteViolation: (text: string) => void }).noteViolation;
      note(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return async () => seen;
}

test.describe("our own pages", () => {
  test.use({ expectedComplaints: NOT_FOUND_NOTE });

  test("keep a strict policy", async ({ page }) => {
    // Every page is opened, one after the other.
    test.slow();
    const violations = await watch(page);
    const nonces = new Set<string>();
    for (const url of Object.values(places)) {
      const response = await page.goto(url);
      const policy = response?.headers()["content-security-policy"] ?? "";
      expect(policy, url).toContain("default-src 'none'");
      expect(policy, url).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
      nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? "none");
      await expect(page.locator("html")).toHaveAttribute("data-hydrated");
    }
    await menu(page, "Appearance").locator("summary").click();
    await menu(page, "Appearance").getByRole("button", { name: "Dark" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    expect(await violations()).toEqual([]);
    expect(nonces.size, "a nonce for each answer").toBe(Object.keys(places).length);
  });
});

test.describe("what is injected", () => {
  test.use({ expectedComplaints: /Content Security Policy/ });

  test("does not run", async ({ page }) => {
    const violations = await watch(page);
    await open(page, "/");
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.injected = true";
      document.body.append(script);
    });
    await expect.poll(violations).toEqual([expect.stringContaining("script-src")]);
    expect(await page.evaluate(() => "injected" in window)).toBe(false);
  });
});
