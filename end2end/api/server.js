// A server with a catalog of its own: the development binary, files that another web server holds,
// and a token for who pushes.
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";
import * as os from "node:os";
import * as path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const target = path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
const binary = path.join(target, "debug/callboard");

export const TOKEN = "of-the-client-test";

/** Serves `files`, a map from path to text that may change. */
export async function serveFiles(files) {
  const server = createServer((request, response) => {
    const text = files.get(request.url);
    response.writeHead(text === undefined ? 404 : 200, { "content-type": "text/yaml" });
    response.end(text ?? "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return { host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** Starts Callboard with the example catalog; `host` may be read. */
export async function start(host) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "callboard-client-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = path.join(folder, "app-config.yaml");
  const catalog = path.join(root, "examples/catalog.yaml");
  await fs.writeFile(
    config,
    `
app: {baseUrl: '${url}'}
backend:
  baseUrl: '${url}'
  # Requests are made up here as quickly as they are answered.
  limits: false
  reading: {allow: [{host: '${host}'}]}
  auth:
    externalAccess:
      - {type: static, options: {token: ${TOKEN}, subject: client-test}}
catalog:
  locations:
    - type: file
      target: ${catalog}
      rules: [{allow: [API, Component, Domain, Group, Location, Resource, System, Template, User]}]
`,
  );
  const server = spawn(
    binary,
    [
      ...["serve", "--config", config, "--listen", `127.0.0.1:${port}`],
      ...["--database", `sqlite:${path.join(folder, "callboard.sqlite")}`],
    ],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  server.stdout.on("data", (text) => (log += text));
  server.stderr.on("data", (text) => (log += text));
  const ready = () =>
    fetch(`${url}/.backstage/health/v1/readiness`).then(
      (answer) => answer.ok,
      () => false,
    );
  await until("the server is ready", async () => {
    if (server.exitCode !== null) throw new Error(`the server did not start:\n${log}`);
    return ready();
  });
  const stop = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    await fs.rm(folder, { recursive: true });
  };
  return { url, stop };
}

/** Waits until `holds` does. */
export async function until(what, holds) {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    const found = await holds();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain until ${what}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const socket = createSocket();
    socket.once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
