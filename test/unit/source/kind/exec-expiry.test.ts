import { expect, test } from "vitest";
import { expiryBeside } from "../../../../src/source/kind/exec-expiry.ts";
import { now } from "../../identity/fake-host.ts";

const end = now + 600_000;
const text = new Date(end).toISOString();

test.each([
  ["seconds since 1970", { expires_on: end / 1000 }],
  ["the same as a text", { expires_on: String(end / 1000) }],
  ["milliseconds since 1970", { expires_at: end }],
  ["a date", { token_expiry: text }],
  ["a date with another zone", { Expiration: "2026-03-01T14:10:00+02:00" }],
  ["a date with microseconds", { expires_at: "2026-03-01T12:10:00.000000Z" }],
  ["seconds from now", { expires_in: 600 }],
  ["the same as a text", { expiresIn: "600" }],
  ["a lease", { lease_duration: 600 }],
  ["two that differ, of which the better one", { expires_on: end / 1000, expiresOn: "1999-01-01 00:00:00.000000" }],
  ["one that is empty, and another one", { expires_at: null, Expiration: "", expires_in: 600 }],
])("the end is read of %s", (_, object) => {
  expect(expiryBeside([object], now)).toMatchObject({ kind: "ends", at: new Date(end) });
});

test("the nearest object that tells is believed", () => {
  expect(expiryBeside([{}, { expires_in: 600 }, { expires_in: 5 }], now)).toMatchObject({ at: new Date(end) });
  expect(expiryBeside([{ lease_duration: 0 }, { expires_in: 600 }], now)).toMatchObject({ at: new Date(end) });
});

test.each<Record<string, unknown>>([
  {},
  { lease_duration: 0 },
  { expires_in: 0 },
  { expires_at: null },
  { constructor: 5 },
])("there is none where none is told (%#)", (object) => {
  expect(expiryBeside([object], now)).toEqual({ kind: "none" });
});

test.each([
  { expires_at: "never" },
  { expires_at: true },
  { expires_in: -1 },
  { expires_in: "soon" },
  { expiry: {} },
  { expires_at: 1e300 },
])("what is no time is not taken for one (%#)", (object) => {
  expect(expiryBeside([object], now)).toEqual({ kind: "unclear", key: Object.keys(object)[0] });
});
