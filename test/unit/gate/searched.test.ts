import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Finding, Severity } from "../../../src/finding/finding.ts";
import { addSearched, isSearchedFor, type Sought, tagOf } from "../../../src/gate/searched.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { Secret } from "../../../src/secret/secret.ts";

const key = new Secret("record key", randomBytes(32));
const at = new Date("2026-01-02T03:04:05Z");
const minutes = (count: number) => at.getTime() + count * 60_000;

function scan(digests: readonly string[], more: Partial<ImageScan> = {}, wasSearched = true): ImageScan {
  const layers = digests.map((digest, index) => ({
    index,
    digest,
    diffId: `diff of ${digest}`,
    createdBy: undefined,
    historyIndex: undefined,
    bytes: 1,
    wasSearched,
  }));
  const image = { platform: "linux/amd64", names: [], manifestDigest: "", configDigest: "", history: [], layers };
  const stats = { bytes: 0, files: 0, layers: digests.length };
  return { complete: true, topDigest: "", images: [image], findings: [], skipped: [], unopened: [], stats, ...more };
}

function found(rule: string, severity: Severity, digest: string): Finding {
  const where = { surface: "layer" as const, layer: { index: 0, digest } };
  return { rule, severity, message: "", remedy: "", fingerprint: "", where };
}

const sought = (...tags: (string | undefined)[]): Sought => ({ version: "1", values: tags.map((tag) => ({ tag })) });

describe("a blob that was searched", () => {
  const blobs = addSearched(new Map(), scan(["a"]), sought("x", "y"), at);
  const blob = blobs.get("a");

  test("need not be searched again for the same values, or for fewer", () => {
    expect(blob).toEqual({ diffId: "diff of a", at: at.toISOString(), version: "1", values: ["x", "y"] });
    expect(isSearchedFor(blob, sought("x", "y"))).toBe(true);
    expect(isSearchedFor(blob, sought("y"))).toBe(true);
    expect(isSearchedFor(blob, sought())).toBe(true);
  });

  test("is searched for another value, for one that is too short to be remembered, and by another version", () => {
    expect(isSearchedFor(blob, sought("x", "z"))).toBe(false);
    expect(isSearchedFor(blob, sought("x", undefined))).toBe(false);
    expect(isSearchedFor(blob, { ...sought("x"), version: "2" })).toBe(false);
    expect(isSearchedFor(undefined, sought())).toBe(false);
  });

  test("cannot hold a value that was made after it, by more than clocks may differ", () => {
    const made = (madeAtMs: number): Sought => ({ version: "1", values: [{ tag: "new", madeAtMs }] });
    expect(isSearchedFor(blob, made(minutes(11)))).toBe(true);
    expect(isSearchedFor(blob, made(minutes(9)))).toBe(false);
    expect(isSearchedFor(blob, made(minutes(-60)))).toBe(false);
  });

  test("searched again is as old as it was, and known for both", () => {
    const later = addSearched(blobs, scan(["a"]), sought("z"), new Date(minutes(60)));
    expect(later.get("a")).toEqual({ ...blob, values: ["z", "x", "y"] });
    const newer = addSearched(blobs, scan(["a"]), { ...sought("z"), version: "2" }, new Date(minutes(60)));
    expect(newer.get("a")).toMatchObject({ version: "2", values: ["z"], at: new Date(minutes(60)).toISOString() });
  });
});

describe("not remembered is", () => {
  test("anything of a scan that could not read all", () => {
    expect(addSearched(new Map(), scan(["a"], { complete: false }), sought("x"), at).size).toBe(0);
  });

  test("a layer in which something was found, be it in another place of the finding", () => {
    const other = { surface: "layer" as const, layer: { index: 1, digest: "b" } };
    const findings = [
      { ...found("known-value", "info", "a"), places: [other] },
      found("npmrc", "warning", "c"),
      found("jwt", "info", "d"),
    ];
    expect([...addSearched(new Map(), scan(["a", "b", "c", "d"], { findings }), sought("x"), at).keys()]).toEqual([
      "d",
    ]);
  });

  test("one that was passed over in this build for what it was not searched for", () => {
    expect(addSearched(new Map(), scan(["a"], {}, false), sought("x"), at).size).toBe(0);
  });
});

test("a value's name says nothing of it, and differs by key", () => {
  const secret = new Secret("it", randomBytes(24).toString("hex"));
  expect(tagOf(secret, key)).toMatch(/^[0-9a-f]{32}$/);
  expect(tagOf(secret, key)).toBe(tagOf(secret, key));
  expect(tagOf(secret, new Secret("other", randomBytes(32)))).not.toBe(tagOf(secret, key));
  expect(tagOf(new Secret("short", "a short value"), key)).toBeUndefined();
});
