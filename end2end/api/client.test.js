// The published client of the catalog API, as it is, against the real server: every method it has.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { CATALOG_FILTER_EXISTS, CatalogClient } from "@backstage/catalog-client";
import { serveFiles, start, TOKEN, until } from "./server.js";

const files = new Map();
const called = new Set();
let site, server, catalog;

before(async () => {
  site = await serveFiles(files);
  server = await start(site.host);
  const client = new CatalogClient({ discoveryApi: { getBaseUrl: async (id) => `${server.url}/api/${id}` } });
  catalog = new Proxy(client, {
    get(client, name) {
      called.add(name);
      return typeof client[name] === "function" ? client[name].bind(client) : client[name];
    },
  });
});

after(async () => {
  await server?.stop();
  site?.stop();
});

const component = (name, more = {}) => ({
  apiVersion: "backstage.io/v1alpha1",
  kind: "Component",
  metadata: { name, ...more },
  spec: { type: "service", lifecycle: "production", owner: "box-office" },
});

const names = (entities) => entities.map((entity) => entity.metadata.name);

async function collect(pages) {
  const all = [];
  for await (const page of pages) all.push(...page);
  return all;
}

test("getEntities", async () => {
  const { items } = await catalog.getEntities({
    filter: [{ kind: ["API", "Component"], "spec.type": "openapi" }, { "metadata.name": "orders-queue" }],
    fields: ["kind", "metadata.name"],
    order: [{ field: "kind", order: "desc" }, { field: "metadata.name", order: "asc" }],
  });
  assert.deepEqual(items.at(0), { kind: "Resource", metadata: { name: "orders-queue" } });
  assert.ok(items.length > 1 && items.slice(1).every((item) => item.kind === "API"));

  const all = await catalog.getEntities({ filter: { kind: "component" }, order: { field: "metadata.name", order: "asc" } });
  const page = await catalog.getEntities({
    filter: { kind: "component" },
    order: { field: "metadata.name", order: "asc" },
    offset: 1,
    limit: 2,
  });
  assert.deepEqual(names(page.items), names(all.items).slice(1, 3));
  const described = await catalog.getEntities({ filter: { kind: "api", "metadata.description": CATALOG_FILTER_EXISTS } });
  assert.ok(described.items.length > 0);
});

test("getEntitiesByRefs", async () => {
  const entityRefs = ["component:default/orders", "component:default/none", "Component:default/Orders"];
  const { items } = await catalog.getEntitiesByRefs({ entityRefs, fields: ["metadata.name"] });
  const orders = { metadata: { name: "orders" } };
  assert.deepEqual(items, [orders, undefined, orders]);
  const filtered = await catalog.getEntitiesByRefs({ entityRefs, filter: { kind: "api" }, query: { kind: "component" } });
  assert.deepEqual(filtered.items, [undefined, undefined, undefined]);
});

test("queryEntities, by filters and by predicates", async () => {
  for (const question of [
    { filter: { kind: "component" } },
    { query: { $all: [{ kind: "component" }, { $not: { "metadata.name": { $in: ["none"] } } }] } },
  ]) {
    const orderFields = { field: "metadata.name", order: "asc" };
    const first = await catalog.queryEntities({ ...question, orderFields, limit: 2, fields: ["metadata.name"] });
    assert.equal(first.items.length, 2);
    assert.ok(first.totalItems > 4);
    assert.equal(first.pageInfo.prevCursor, undefined);
    const second = await catalog.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 2 });
    assert.ok(names(second.items)[0] > names(first.items)[1]);
    const back = await catalog.queryEntities({ cursor: second.pageInfo.prevCursor, limit: 2 });
    assert.deepEqual(names(back.items), names(first.items));
  }
  const found = await catalog.queryEntities({
    fullTextFilter: { term: "ORDERS", fields: ["metadata.name"] },
    totalItems: "exclude",
  });
  assert.ok(names(found.items).includes("orders"));
  assert.equal(found.totalItems, 0);
  const offset = await catalog.queryEntities({ filter: { kind: "user" }, offset: 1, limit: 1 });
  assert.equal(offset.items.length, 1);
});

test("streamEntities", async () => {
  const all = await catalog.getEntities({ filter: { kind: "component" } });
  const streamed = await collect(catalog.streamEntities({ filter: { kind: "component" }, pageSize: 3 }));
  assert.deepEqual(names(streamed).sort(), names(all.items).sort());
});

test("getEntityByRef and getEntityByName", async () => {
  const orders = await catalog.getEntityByRef("component:default/orders");
  assert.equal(orders.metadata.name, "orders");
  assert.ok(orders.relations.some((it) => it.type === "ownedBy"));
  assert.equal(await catalog.getEntityByRef("component:default/none"), undefined);
  const name = { kind: "Component", namespace: "default", name: "orders" };
  assert.deepEqual(await catalog.getEntityByRef(name), orders);
  assert.deepEqual(await catalog.getEntityByName(name), orders);
});

test("getEntityAncestors", async () => {
  const chain = await catalog.getEntityAncestors({ entityRef: "component:default/orders" });
  assert.equal(chain.rootEntityRef, "component:default/orders");
  assert.equal(chain.items[0].entity.metadata.name, "orders");
  assert.ok(chain.items.every((item) => Array.isArray(item.parentEntityRefs)));
  assert.match(chain.items[0].parentEntityRefs[0], /^location:default\//);
});

test("getEntityFacets", async () => {
  const plain = await catalog.getEntityFacets({ facets: ["kind", "spec.type"], filter: { kind: "component" } });
  assert.equal(plain.facets.kind.length, 1);
  const asked = await catalog.getEntityFacets({ facets: ["kind", "spec.type"], query: { kind: "component" } });
  assert.deepEqual(asked, plain);
});

test("validateEntity", async () => {
  const location = "url:https://example.com/catalog-info.yaml";
  assert.deepEqual(await catalog.validateEntity(component("booth"), location), { valid: true });
  const verdict = await catalog.validateEntity(component("bad name"), location);
  assert.equal(verdict.valid, false);
  assert.match(verdict.errors[0].message, /metadata\.name/);
});

test("analyzeLocation", async () => {
  const target = "https://gitlab.com/acme/there-is-no-such-thing/-/tree/main/";
  const analysis = await catalog.analyzeLocation({ location: { type: "url", target } });
  assert.deepEqual(analysis.existingEntityFiles, []);
  assert.equal(analysis.generateEntities[0].entity.metadata.name, "there-is-no-such-thing");
});

test("locations: add, find, change, refresh, remove", async () => {
  const text = (name) => JSON.stringify(component(name));
  files.set("/a.yaml", text("first-version"));
  files.set("/b.yaml", text("elsewhere"));
  const target = `${site.url}/a.yaml`;
  const dry = await catalog.addLocation({ target, dryRun: true });
  assert.equal(dry.exists, false);
  assert.deepEqual(names(dry.entities).slice(1), ["first-version"]);
  assert.deepEqual((await catalog.getLocations()).items, []);

  const { location, entities } = await catalog.addLocation({ target });
  assert.deepEqual(entities, []);
  assert.deepEqual(Object.keys(location).sort(), ["entityRef", "id", "target", "type"]);
  await assert.rejects(catalog.addLocation({ target }), (error) => error.cause.name === "ConflictError");
  const again = await catalog.addLocation({ target, onConflict: "refresh" });
  assert.deepEqual(again.location, location);

  assert.deepEqual((await catalog.getLocations()).items, [location]);
  assert.deepEqual(await catalog.getLocationById(location.id), location);
  assert.equal(await catalog.getLocationById("none"), undefined);
  assert.deepEqual(await catalog.getLocationByRef(`url:${target}`), location);
  assert.deepEqual(await catalog.getLocationByEntity(location.entityRef), location);
  assert.equal(await catalog.getLocationByEntity("component:default/none"), undefined);
  const page = await catalog.queryLocations({ limit: 1, query: { target: { $hasPrefix: site.url } } });
  assert.deepEqual(page, { items: [location], totalItems: 1, pageInfo: {} });
  assert.deepEqual(await collect(catalog.streamLocations()), [location]);

  const first = await until("the location is read", () => catalog.getEntityByRef("component:default/first-version"));
  assert.equal(first.metadata.annotations["backstage.io/managed-by-origin-location"], `url:${target}`);
  assert.deepEqual(await catalog.getLocationByEntity("component:default/first-version"), location);

  files.set("/a.yaml", text("second-version"));
  await catalog.refreshEntity("component:default/first-version");
  await until("it is read again", () => catalog.getEntityByRef("component:default/second-version"));
  assert.equal(await catalog.getEntityByRef("component:default/first-version"), undefined);

  const moved = await catalog.updateLocation(location.id, { target: `${site.url}/b.yaml` });
  assert.deepEqual([moved.id, moved.target], [location.id, `${site.url}/b.yaml`]);
  await until("it is read elsewhere", () => catalog.getEntityByRef("component:default/elsewhere"));
  assert.equal(await catalog.getEntityByRef("component:default/second-version"), undefined);

  await catalog.removeLocationById(location.id);
  assert.deepEqual((await catalog.getLocations()).items, []);
  assert.equal(await catalog.getEntityByRef("component:default/elsewhere"), undefined);
  await assert.rejects(catalog.removeLocationById(location.id), (error) => error.cause.name === "NotFoundError");
});

test("removeEntityByUid", async () => {
  files.set("/c.yaml", JSON.stringify(component("fleeting")));
  const { location } = await catalog.addLocation({ target: `${site.url}/c.yaml` });
  const entity = await until("it is read", () => catalog.getEntityByRef("component:default/fleeting"));
  await catalog.removeEntityByUid(entity.metadata.uid);
  await catalog.refreshEntity(location.entityRef);
  // What a location still emits comes back.
  await until("it comes back", () => catalog.getEntityByRef("component:default/fleeting"));
  await catalog.removeLocationById(location.id);
});

test("a token that the server knows is taken, and no other", async () => {
  const known = await catalog.getEntityByRef("component:default/orders", { token: TOKEN });
  assert.equal(known.metadata.name, "orders");
  const refused = catalog.getEntities({}, { token: "of-nobody" });
  await assert.rejects(refused, (error) => error.cause.name === "AuthenticationError");
});

test("every method has been called", () => {
  const entry = createRequire(import.meta.url).resolve("@backstage/catalog-client");
  const types = readFileSync(path.join(path.dirname(entry), "index.d.ts"), "utf8");
  const [, body] = types.split("declare class CatalogClient ");
  const methods = [...body.split("\n}\n")[0].matchAll(/^ {4}(\w+)\(/gm)].map(([, name]) => name);
  const wanted = methods.filter((name) => name !== "constructor");
  assert.ok(wanted.length >= 20, `${wanted}`);
  assert.deepEqual(
    wanted.filter((name) => !called.has(name)),
    [],
  );
});
