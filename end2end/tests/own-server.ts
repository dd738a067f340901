// A server of a test's own: other settings, another catalog.
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs/promises";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { binary, githubBinary, READINESS, root } from "../server";
import { test as base } from "./support";

/** Where the pages are, without a slash at the end, those of its GitHub if it has one, and its catalog folder. */
export type OwnServer = { url: string; github?: string; catalog: string };

type Plan = {
  /** The path in front of every URL, for example `/portal`. */
  below?: string;
  /** What the catalog folder holds; without it the examples are shown. */
  files?: Record<string, string>;
  /** More configuration, as YAML. */
  config?: string;
  /** Whether it has a GitHub of its own, with the organisation `playhouse`. */
  github?: boolean;
  /** Whether people sign in with a provider of OpenID Connect, and have to. */
  provider?: boolean;
};

/** Playwright's `test` with a server as planned, one for each worker, as `server`. */
export function withServer(plan: Plan) {
  return base.extend<object, { server: OwnServer }>({
    server: [
      async ({}, use) => {
        const folder = await fs.mkdtemp(path.join(os.tmpdir(), "callboard-end2end-"));
        const github = plan.github ? await startGithub(folder) : undefined;
        const provider = plan.provider ? await startProvider(folder) : undefined;
        const { process, url } = await start(plan, folder, github?.config, provider?.config);
        if (provider) await begin(provider.address, url);
        await use({ url, github: github?.address, catalog: path.join(folder, "catalog") });
        await stop(process);
        if (provider) await stop(provider.process);
        if (github) await stop(github.process);
        await fs.rm(folder, { recursive: true });
      },
      { scope: "worker" },
    ],
  });
}

async function startGithub(folder: string) {
  const config = path.join(folder, "github.yaml");
  const process = spawn(githubBinary, ["127.0.0.1:0", config], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise<string>((resolve, reject) => {
    process.once("exit", () => reject(new Error(`${githubBinary} did not start`)));
    process.stdout.once("data", (line) => resolve(String(line).trim()));
  });
  return { process, address, config };
}

async function startProvider(folder: string) {
  const config = path.join(folder, "provider.yaml");
  const process = spawn("node", [path.join(root, "end2end/oidc-provider.mjs")], { stdio: ["pipe", "pipe", "ignore"] });
  const address = await new Promise<string>((resolve, reject) => {
    process.once("exit", () => reject(new Error("the provider did not start")));
    process.stdout.once("data", (line) => resolve(String(line).trim()));
  });
  const settings = {
    metadataUrl: address,
    clientId: "portal",
    clientSecret: "a-secret-of-the-journey",
    signIn: { resolvers: [{ resolver: "preferredUsernameMatchingUserEntityName" }] },
  };
  // The guest of the examples is none here.
  const auth = { environment: "production", providers: { oidc: { production: settings } } };
  await fs.writeFile(config, JSON.stringify({ auth }));
  return { process, address, config };
}

/** Tells the provider where people may be sent back to. */
async function begin(address: string, url: string) {
  const query = new URLSearchParams({
    redirect: `${url}/api/auth/oidc/handler/frame`,
    after: `${url}/sign-in?signed_out=1`,
  });
  await fetch(`${address}/begin?${query}`);
}

async function start(plan: Plan, folder: string, ...configs: (string | undefined)[]) {
  const port = await freePort();
  const url = `http://localhost:${port}${plan.below ?? ""}`;
  const catalog = path.join(folder, "catalog");
  const config = path.join(folder, "app-config.yaml");
  await fs.mkdir(catalog);
  for (const [name, text] of Object.entries(plan.files ?? {})) {
    await fs.writeFile(path.join(catalog, name), text);
  }
  await fs.writeFile(config, `app:\n  baseUrl: ${url}\nbackend:\n  baseUrl: ${url}\n`);
  const more = path.join(folder, "more.yaml");
  await fs.writeFile(more, plan.config ?? "{}");
  const process = spawn(
    binary,
    [
      "serve",
      ...["--config", path.join(root, "app-config.yaml"), "--config", config, "--config", more],
      ...configs.flatMap((it) => (it ? ["--config", it] : [])),
      ...["--listen", `127.0.0.1:${port}`],
      ...["--database", `sqlite:${path.join(folder, "callboard.sqlite")}`],
      ...["--catalog", plan.files ? catalog : path.join(root, "examples")],
    ],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  process.stdout.on("data", (text) => (log += text));
  process.stderr.on("data", (text) => (log += text));
  const patience = Date.now() + 25_000;
  while (!(await answers(`http://127.0.0.1:${port}${READINESS}`))) {
    if (Date.now() > patience) throw new Error(`the server is not ready:\n${log}`);
    if (process.exitCode !== null) throw new Error(`the server did not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { process, url };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

async function stop(process: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => process.once("exit", resolve));
  process.kill("SIGTERM");
  await ended;
}

/** A port that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      server.close(() => resolve(port));
    });
  });
}
