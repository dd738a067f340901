// What pages cost in a browser: Lighthouse with its own mobile throttling, and visits without any.
//
// `node measure.mjs PLAN`, where PLAN is JSON: { base, chromium, runs, places: [{ name, path, ready }] }.
// Writes JSON to its output, and says to the other one how far it is.
import { readFileSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const plan = JSON.parse(process.argv[2]);
// As the journeys start it.
const started = JSON.parse(readFileSync(new URL("../chromium-flags.json", import.meta.url), "utf8"));
const FLAGS = ["--headless=new", ...started];
/** For a page to come to rest. */
const LIMIT = 60_000;

/** One run of Lighthouse: scores of at most 100, times in milliseconds. */
async function judged(url, port) {
  const { lhr } = await lighthouse(url, {
    port,
    output: "json",
    logLevel: "error",
    onlyCategories: ["performance", "accessibility", "best-practices"],
  });
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const score = (name) => Math.round(lhr.categories[name].score * 100);
  const number = (name) => lhr.audits[name].numericValue;
  const failed = ["accessibility", "best-practices"].flatMap((name) =>
    lhr.categories[name].auditRefs
      .filter((ref) => ref.weight > 0 && lhr.audits[ref.id].score !== null && lhr.audits[ref.id].score < 1)
      .map((ref) => `${ref.id}: ${lhr.audits[ref.id].title}`),
  );
  return {
    performance: score("performance"),
    accessibility: score("accessibility"),
    best_practices: score("best-practices"),
    first_paint_ms: number("first-contentful-paint"),
    largest_paint_ms: number("largest-contentful-paint"),
    blocked_ms: number("total-blocking-time"),
    speed_ms: number("speed-index"),
    shift: number("cumulative-layout-shift"),
    failed,
  };
}

/** Notes in the page when it is painted, readable, alive and at rest. */
function watch(ready) {
  window.__seen = { tasks: 0 };
  const seen = window.__seen;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks = Math.max(seen.tasks, startTime + duration);
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    if (!seen.readable && document.querySelector(ready)?.checkVisibility()) seen.readable = performance.now();
    if (!seen.alive && document.documentElement?.hasAttribute("data-hydrated")) seen.alive = performance.now();
    if (!seen.readable || !seen.alive) requestAnimationFrame(look);
  };
  look();
}

/** Opens a place in a browser that has never been there, and once more. */
async function visited(browser, url, ready) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  await page.evaluateOnNewDocument(watch, ready);
  const cdp = await page.createCDPSession();
  await cdp.send("Network.enable");
  let requests = new Map();
  cdp.on("Network.requestWillBeSent", (event) => {
    if (event.request.url.startsWith("http")) requests.set(event.requestId, 0);
  });
  cdp.on("Network.loadingFinished", (event) => {
    if (requests.has(event.requestId)) requests.set(event.requestId, event.encodedDataLength);
  });
  const visit = async () => {
    requests = new Map();
    await page.goto(url, { waitUntil: "networkidle0", timeout: LIMIT });
    await page.waitForFunction(() => window.__seen.readable && window.__seen.alive, { timeout: LIMIT });
    const sizes = [...requests.values()];
    return { requests: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  };
  const first = await visit();
  const times = await page.evaluate(() => {
    const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
    const { readable, alive, tasks } = window.__seen;
    return { painted, readable, interactive: Math.max(painted, alive, tasks), heap: performance.memory?.usedJSHeapSize ?? 0 };
  });
  const second = await visit();
  await context.close();
  return {
    requests: first.requests,
    bytes: first.bytes,
    second_requests: second.requests,
    second_bytes: second.bytes,
    painted_ms: times.painted,
    readable_ms: times.readable,
    interactive_ms: times.interactive,
    heap_bytes: times.heap,
  };
}

const places = [];
for (const { name, path, ready } of plan.places) {
  const url = plan.base + path;
  const chrome = await launch({ chromePath: plan.chromium, chromeFlags: FLAGS, logLevel: "error" });
  const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${chrome.port}`, defaultViewport: null });
  const place = { name, lighthouse: [], visits: [] };
  // The first start of a browser is not the page's to answer for.
  await visited(browser, url, ready);
  for (let run = 0; run < plan.runs; run += 1) place.visits.push(await visited(browser, url, ready));
  for (let run = 0; run < plan.runs; run += 1) place.lighthouse.push(await judged(url, chrome.port));
  await browser.disconnect();
  chrome.kill();
  places.push(place);
  console.error(`${name}: performance ${place.lighthouse.map((run) => run.performance).join(" ")}`);
}
console.log(JSON.stringify({ places }));
