import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { addRecords, printRecords, readRecords } from "../../../src/gate/record.ts";
import { Secret } from "../../../src/secret/secret.ts";

const key = new Secret("record key", randomBytes(32));
const at = new Date("2026-01-02T03:04:05Z");
const blobs = new Map([["sha256:blob", { diffId: "sha256:a", at: at.toISOString(), version: "1", values: ["tag"] }]]);
const nothing = { records: new Map(), blobs: new Map() };
const of = (...words: Parameters<typeof addRecords>) => ({ records: addRecords(...words), blobs });

test("records come back as they were written", () => {
  const records = addRecords(new Map(), ["sha256:a", "sha256:b"], "clean", at);
  expect(readRecords(printRecords({ records, blobs }, key), key)).toEqual({ records, blobs, refused: false });
});

test("records written with another key count for nothing, and that is said", () => {
  const text = printRecords(of(new Map(), ["sha256:a"], "clean", at), new Secret("other", randomBytes(32)));
  expect(readRecords(text, key)).toEqual({ ...nothing, refused: true });
});

test("a changed record is refused", () => {
  const text = printRecords(of(new Map(), ["sha256:a"], "leaked", at), key);
  expect(readRecords(text.replace("leaked", "clean"), key).refused).toBe(true);
  expect(readRecords("{", key).refused).toBe(true);
});

test("no file is no record and no refusal", () => {
  expect(readRecords(undefined, key)).toEqual({ ...nothing, refused: false });
});

test("a layer that leaked stays leaked, whatever a later build finds", () => {
  const leaked = addRecords(new Map(), ["sha256:a"], "leaked", at);
  expect(addRecords(leaked, ["sha256:a"], "clean", at).get("sha256:a")?.state).toBe("leaked");
});
