// Runs schemathesis on a server of its own: `node fuzz.js PROGRAM [RECORDED]`, where RECORDED is the
// description of the API of existing installations.
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { start, TOKEN } from "./server.js";

const CHECKS = [
  "allow_header_conformance",
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "unsupported_method",
];
const EXAMPLES = 25;

const [program, recorded] = process.argv.slice(2);
const server = await start("files.invalid");
const folder = await fs.mkdtemp(path.join(os.tmpdir(), "callboard-fuzz-"));
const documents = [["our own description", await own(), server.url]];
if (recorded) documents.push(["the recorded description", await theirs(), `${server.url}/api/catalog`]);

let number = 0;
try {
  for (const [name, document, url] of documents) {
    number += 1;
    const status = await run(document, url);
    console.log(`${status === 0 ? "ok" : "not ok"} ${number} - ${name}`);
    process.exitCode ||= status;
  }
} finally {
  await server.stop();
  await fs.rm(folder, { recursive: true });
}

async function own() {
  const answer = await fetch(`${server.url}/api/openapi.json`);
  return write("own.json", await answer.json());
}

/** It has every entity complete, although `fields` leaves out what nobody asks for: that is left aside. */
async function theirs() {
  const document = JSON.parse(await fs.readFile(recorded, "utf8"));
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      const is = (it) => it.name === "fields" || it.$ref?.endsWith("/fields");
      operation.parameters = operation.parameters?.filter((it) => !is(it));
      delete operation.requestBody?.content?.["application/json"]?.schema?.properties?.fields;
      delete operation.requestBody?.content?.["application/json"]?.examples;
    }
  }
  return write("recorded.json", document);
}

async function write(name, document) {
  const file = path.join(folder, name);
  await fs.writeFile(file, JSON.stringify(document));
  return file;
}

function run(document, url) {
  const options = [
    ...["run", document, "--url", url, "--checks", CHECKS.join(",")],
    ...["--phases", "examples,coverage,fuzzing", "--max-examples", `${EXAMPLES}`, "--seed", "1"],
    ...["--continue-on-failure", "--warnings", "off", "--header", `Authorization: Bearer ${TOKEN}`],
  ];
  return new Promise((resolve, reject) => {
    const running = spawn(program, options, { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
    running.once("error", reject);
    running.once("exit", (status) => resolve(status ?? 1));
  });
}
