import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../../../src/secret/secret.ts";

const value = randomBytes(24).toString("base64url");
const secret = new Secret("npm-token", value);

test("a secret shows its name however it is shown", () => {
  for (const shown of [String(secret), `${secret}`, JSON.stringify(secret), inspect({ secret }), `${[secret]}`]) {
    expect(shown).toContain("[secret npm-token]");
    expect(shown).not.toContain(value);
  }
});

test("a clone, a spread and a list of its properties hold no value", () => {
  for (const copy of [structuredClone({ ...secret }), Object.entries(secret), { ...secret }]) {
    expect(JSON.stringify(copy)).not.toContain(value);
  }
});

test("the value is a copy of what was given, and comes out by expose alone", () => {
  const bytes = Buffer.from(value);
  const other = new Secret("npm-token", bytes);
  bytes.fill(0);
  expect(other.exposeText()).toBe(value);
  expect(other.equals(secret)).toBe(true);
  expect(other.byteLength).toBe(value.length);
});
