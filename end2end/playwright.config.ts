// Where the browser and the server come from, and how journeys run.
//
// `cargo xtask test` and `cargo xtask screenshots` set everything up and call this. By hand:
// `cargo build`, then `npx playwright test tests/browse.spec.ts`.
import { defineConfig } from "@playwright/test";
import * as fs from "node:fs";
import * as path from "node:path";
import { origin, serverCommand } from "./server";

const output = path.resolve(__dirname, "../target/end2end");

export default defineConfig({
  outputDir: path.join(output, "results"),
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // A journey that passes at the second try has found something.
  retries: 0,
  // Where nothing works, waiting for every journey tells no more.
  maxFailures: 20,
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: path.join(output, "report.json") }]],
  use: {
    baseURL: origin,
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "UTC",
    trace: "off",
    launchOptions: {
      executablePath: process.env.CALLBOARD_CHROMIUM ?? "/usr/bin/chromium",
      args: JSON.parse(fs.readFileSync(path.join(__dirname, "chromium-flags.json"), "utf8")),
    },
  },
  projects: [
    { name: "journeys", testDir: "tests" },
    { name: "screenshots", testMatch: "screenshots.ts" },
  ],
  webServer: {
    name: "callboard",
    command: serverCommand,
    cwd: path.resolve(__dirname, ".."),
    url: `${origin}/.backstage/health/v1/readiness`,
    reuseExistingServer: false,
    timeout: 60_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
    stdout: "ignore",
    stderr: "pipe",
  },
});
