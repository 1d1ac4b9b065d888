import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hideUnknown } from "../../../src/identity/hidden.ts";

const host = { mask: (text: string) => text, environment: {} };
const hides = (text: string) => !hideUnknown(`got ${text} here`, host).includes(text);

test("what looks random is cut, in base64 without a digit too", () => {
  expect(hides(randomBytes(20).toString("hex"))).toBe(true);
  // hexadecimal digits in base64, of which one in some hundreds has no digit
  const without: string[] = [];
  while (without.length < 10) {
    const text = Buffer.from(randomBytes(20).toString("hex")).toString("base64url");
    if (!/\d/.test(text)) without.push(text);
  }
  expect(without.every(hides)).toBe(true);
});

test("bytes as a list of numbers are cut, as a wallet is written", () => {
  const bytes = [...randomBytes(64)];
  expect(hides(JSON.stringify(bytes))).toBe(true);
  expect(hides(bytes.join(", "))).toBe(true);
  expect(hideUnknown(`got ${JSON.stringify(bytes, null, 2)}`, host)).toBe("got [\n  [hidden]\n]");
});

test.each([
  "InvalidIdentityTokenException",
  "AssumeRoleWithWebIdentityResponse",
  "organization_self_hosted_runners",
  "https://docs.example.com/rest/actions/self-hosted-runners",
  "1, 2, 3, 4, 5",
  "127.0.0.1:5000",
])("words stay: %s", (text) => {
  expect(hides(text)).toBe(false);
});
