// The server under test: the development binary with the example catalog and a new database.
import * as fs from "node:fs";
import * as path from "node:path";

export const root = path.resolve(__dirname, "..");
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
export const binary = path.join(target, "debug/callboard");

/**
 * `fake-github ADDRESS FILE`: a GitHub of its own. It writes what a server is configured with into the file,
 * then its address in one line, and ends with whoever started it.
 */
export const githubBinary = path.join(target, "debug/fake-github");

const port = process.env.CALLBOARD_END2END_PORT ?? "7117";
export const origin = `http://127.0.0.1:${port}`;

/** Answers once pages show the whole catalog. */
export const READINESS = "/.backstage/health/v1/readiness";

export const serverCommand = [
  `exec "${binary}" serve`,
  `--listen 127.0.0.1:${port}`,
  `--database "sqlite:${path.join(dataFolder(), "callboard.sqlite")}"`,
  `--catalog "${path.join(root, "examples")}"`,
].join(" ");

// Every worker reads this file again: only the first process makes the folder, the workers find
// its name in the environment that they inherit.
function dataFolder(): string {
  const known = process.env.CALLBOARD_END2END_DATA;
  if (known) return known;
  const folder = path.join(target, "end2end/data");
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  process.env.CALLBOARD_END2END_DATA = folder;
  return folder;
}
