import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { BucketPlace } from "../../../../src/doctor/bucket/place.ts";
import { lookAtBucket, type ProbeAsk, probeBucket } from "../../../../src/doctor/bucket/probe.ts";
import { createExchange } from "../../../../src/identity/exchange/create-exchange.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import { waitFor } from "../../../../src/system/clock.ts";
import { createSend } from "../../../../src/system/exchange.ts";
import { makeKeys, type Store, type StoreRules, startStore } from "./store-server.ts";

const exchange = createExchange({
  send: createSend({}),
  isAllowed: () => false,
  now: Date.now,
  wait: waitFor,
  random: () => 0.5,
});
const ports = { exchange, now: Date.now, limitMs: 10_000 };

const open: Store[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store[Symbol.asyncDispose]();
});

async function storeOf(rules: StoreRules = {}): Promise<Store> {
  const store = await startStore(rules);
  open.push(store);
  return store;
}

const placeIn = ({ url }: Pick<Store, "url">, more: Partial<BucketPlace> = {}): BucketPlace => ({
  bucket: "cache",
  region: "us-west-2",
  endpoint: url,
  prefix: "a b/",
  access: "read-write",
  ...more,
});

const probe = (store: Store, more: Partial<ProbeAsk> = {}) =>
  probeBucket({ id: "bucket", place: placeIn(store), keys: store.keys, name: "n1", ports, ...more });
const statesOf = (checks: readonly { id: string; state: string }[]) =>
  Object.fromEntries(checks.map(({ id, state }) => [id, state]));

describe("a probe of a bucket", () => {
  test("reads, writes and deletes an object below the prefix, and leaves nothing", async () => {
    const store = await storeOf();
    expect(statesOf(await probe(store))).toEqual({ "bucket.read": "ok", "bucket.write": "ok", "bucket.delete": "ok" });
    expect(store.objects.size).toBe(0);
    expect(store.requests.every((line) => line.includes(" /cache/a%20b/buildseal-doctor"))).toBe(true);
    expect(store.requests.map((line) => line.split(" ")[0])).toEqual(["GET", "DELETE", "PUT", "GET", "DELETE"]);
  });

  test("only reads where the build only reads, and where it is told to", async () => {
    const store = await storeOf();
    await probe(store, { place: placeIn(store, { access: "read" }) });
    await probe(store, { only: "read" });
    expect(new Set(store.requests.map((line) => line.split(" ")[0]))).toEqual(new Set(["GET"]));
  });

  test("names the action that is denied and goes no further", async () => {
    const unread = await storeOf({ allows: ["PutObject"] });
    const [read, ...rest] = await probe(unread);
    expect(read).toMatchObject({ id: "bucket.read", state: "error", says: expect.stringContaining("s3:GetObject") });
    expect(rest).toEqual([]);
    const unlisted = await storeOf({ allows: ["GetObject", "PutObject"] });
    expect((await probe(unlisted))[0]).toMatchObject({
      state: "error",
      remedy: expect.stringContaining("s3:ListBucket"),
    });
    const unwritten = await storeOf({ allows: ["GetObject", "ListBucket", "DeleteObject"] });
    expect(await probe(unwritten)).toMatchObject([
      { id: "bucket.read", state: "ok" },
      { id: "bucket.write", state: "error", says: expect.stringContaining("s3:PutObject") },
    ]);
  });

  test("goes on where a session may not list the whole bucket and needs it not", async () => {
    const store = await storeOf({ allows: ["GetObject", "PutObject", "DeleteObject"] });
    const states = statesOf(await probe(store, { place: placeIn(store, { hidesMissing: true }) }));
    expect(states).toEqual({ "bucket.read": "none", "bucket.write": "ok", "bucket.delete": "ok" });
    const blind = await storeOf({ allows: ["PutObject", "DeleteObject"] });
    const checks = await probe(blind, { place: placeIn(blind, { hidesMissing: true }) });
    expect(statesOf(checks)).toMatchObject({ "bucket.read-back": "error", "bucket.delete": "ok" });
  });

  test("leaves one object of the same name each time where nothing may be deleted", async () => {
    const store = await storeOf({ allows: ["GetObject", "ListBucket", "PutObject"] });
    expect(statesOf(await probe(store))).toMatchObject({ "bucket.write": "ok", "bucket.delete": "none" });
    await probe(store, { name: "n2" });
    expect([...store.objects.keys()]).toEqual(["a%20b/buildseal-doctor"]);
  });

  test("leaves no version and no mark in a bucket that keeps versions, also where an answer is lost", async () => {
    const store = await storeOf({ versioned: true });
    expect(statesOf(await probe(store))).toMatchObject({ "bucket.write": "ok", "bucket.delete": "ok" });
    expect(store.versions()).toEqual([]);
    const lossy = await storeOf({ versioned: true, losesAnswers: true });
    expect(statesOf(await probe(lossy))).toMatchObject({ "bucket.write": "error" });
    expect(lossy.requests.some((line) => line.startsWith("PUT"))).toBe(true);
    expect(new Set(lossy.versions())).toEqual(new Set());
  });

  test("says that something stays in a bucket whose versions may not be deleted, all of it under one name", async () => {
    for (const [says, ...more] of [
      [
        /s3:DeleteObjectVersion.* leaves one of the probe a b\/buildseal-doctor and a delete marker of it,/,
        "DeleteObject",
      ],
      [/s3:DeleteObjectVersion.* leaves one of the probe a b\/buildseal-doctor,/],
    ] as const) {
      const store = await storeOf({ versioned: true, allows: ["GetObject", "ListBucket", "PutObject", ...more] });
      expect((await probe(store)).at(-1)).toMatchObject({
        id: "bucket.delete",
        state: "none",
        says: expect.stringMatching(says),
      });
      const left = store.versions().filter((version) => version.endsWith("(mark)"));
      expect(left).toHaveLength(more.length);
      await probe(store, { name: "n2" });
      const names = store.versions().map((version) => version.replace(" (mark)", ""));
      expect(new Set(names)).toEqual(new Set(["a%20b/buildseal-doctor"]));
    }
  });

  test("has others delete all that it left in a bucket that keeps versions, the marks of the narrowed keys too", async () => {
    for (const more of [[], ["DeleteObject"]] as const) {
      const others = makeKeys();
      const allows = ["GetObject", "ListBucket", "PutObject", ...more] as const;
      const store = await storeOf({ versioned: true, allows, others });
      expect(statesOf(await probe(store, { cleaner: async () => others }))).toMatchObject({ "bucket.delete": "ok" });
      expect(store.versions()).toEqual([]);
    }
  });

  test.each(["unknown", "ignored"] as const)(
    "leaves nothing in a store that tells versions and keeps none, where a deletion by them is %s",
    async (tellsVersions) => {
      const store = await storeOf({ tellsVersions });
      expect(statesOf(await probe(store))).toMatchObject({ "bucket.write": "ok", "bucket.delete": "ok" });
      expect(store.objects.size).toBe(0);
    },
  );

  test("cleans up where only what is there gets a mark, and says what stays where its versions may not be deleted", async () => {
    const store = await storeOf({ versioned: true, marksNothingMissing: true });
    expect(statesOf(await probe(store))).toMatchObject({ "bucket.delete": "ok" });
    expect(store.versions()).toEqual([]);
    const allows = ["GetObject", "ListBucket", "PutObject", "DeleteObject"] as const;
    const narrow = await storeOf({ versioned: true, marksNothingMissing: true, allows });
    expect((await probe(narrow)).at(-1)).toMatchObject({
      id: "bucket.delete",
      state: "warning",
      says: expect.stringMatching(/s3:DeleteObjectVersion.*the probe is still there$/),
    });
    expect(narrow.versions()).toHaveLength(2);
  });

  test("has others delete where the narrowed keys may not", async () => {
    const others = makeKeys();
    const store = await storeOf({ allows: ["GetObject", "ListBucket", "PutObject"], others });
    expect(statesOf(await probe(store, { cleaner: async () => others }))).toMatchObject({ "bucket.delete": "ok" });
    expect(store.objects.size).toBe(0);
  });

  test("hands out what takes the object away before it writes it", async () => {
    const store = await storeOf();
    const at: number[] = [];
    await probe(store, { beforeWrite: () => at.push(store.requests.filter((line) => line.startsWith("PUT")).length) });
    expect(at).toEqual([0]);
  });

  test("tells a bucket that is not there, keys that are not good, and a clock that is off", async () => {
    const store = await storeOf();
    const missing = await probe(store, { place: placeIn(store, { bucket: "nowhere" }) });
    expect(missing).toMatchObject([{ state: "error", says: expect.stringContaining("NoSuchBucket") }]);
    expect(await probe(store, { keys: makeKeys() })).toMatchObject([
      { says: expect.stringContaining("InvalidAccessKeyId") },
    ]);
    const wrongSecret = { ...store.keys, secret: new Secret("other", makeKeys().secret.exposeText()) };
    expect(await probe(store, { keys: wrongSecret })).toMatchObject([
      { says: expect.stringContaining("SignatureDoesNotMatch") },
    ]);
    const late = await storeOf({ aheadMs: 20 * 60_000 });
    expect(await probe(late)).toMatchObject([{ says: expect.stringContaining("RequestTimeTooSkewed") }]);
  });

  test("tells where nobody answers, and says what is not asked for the policy's sake as a warning alone", async () => {
    const gone = await startStore();
    await gone[Symbol.asyncDispose]();
    expect(await probe(gone, { ports: { ...ports, limitMs: 1500 } })).toMatchObject([
      { state: "error", says: expect.stringMatching(/127\.0\.0\.1:\d+ (?:could not be reached|gave no whole answer)/) },
    ]);
    const elsewhere = { ...placeIn(gone), endpoint: "https://store.example" };
    expect(await probe(gone, { place: elsewhere })).toMatchObject([
      { state: "warning", says: expect.stringContaining("neither built in nor allowed") },
    ]);
  });

  test("says nothing of what it sent", async () => {
    const store = await storeOf();
    const bad = makeKeys();
    const text = JSON.stringify(await probe(store, { keys: bad }));
    for (const value of [bad.secret, bad.token!]) expect(text.includes(value.exposeText())).toBe(false);
  });
});

describe("a look at a bucket without credentials", () => {
  test("tells whether it is there", async () => {
    const store = await storeOf();
    expect((await lookAtBucket("x", placeIn(store), ports)).state).toBe("none");
    expect((await lookAtBucket("x", placeIn(store, { bucket: "nowhere" }), ports)).state).toBe("error");
    expect(store.requests.every((line) => line.startsWith("HEAD "))).toBe(true);
  });

  test("tells what is no store", async () => {
    const server = createServer((_, response) => response.writeHead(404).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const check = await lookAtBucket("x", placeIn({ url: `http://127.0.0.1:${port}` }), ports);
    expect(check).toMatchObject({
      state: "error",
      says: expect.stringContaining("status 404"),
      remedy: expect.stringContaining("S3 store"),
    });
    server.closeAllConnections();
    server.close();
  });
});
