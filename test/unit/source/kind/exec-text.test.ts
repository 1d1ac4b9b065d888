import { randomBytes, randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { holdsRandom } from "../../../../src/source/kind/exec-text.ts";

const small = "abcdefghijklmnopqrstuvwxyz";
const word = (length: number, of: string) => Array.from({ length }, () => of.charAt(randomInt(of.length))).join("");
const many = (make: () => string) => Array.from({ length: 500 }, make);

test.each([
  ["hexadecimal", () => `0a${randomBytes(16).toString("hex")}`],
  ["letters", () => word(20, small)],
  ["capital letters", () => word(20, small.toUpperCase())],
  // of 24, one in 20 000 could be words in camel case
  ["letters of both kinds", () => word(44, small + small.toUpperCase())],
  ["letters in an address", () => `https://hooks.example.com/services/T00/${word(24, small)}`],
  ["an escaped text", () => `https://example.com/%7B${word(24, small)}%7D`],
])("random %s look random", (_, make) => {
  expect(many(make).filter((text) => !holdsRandom(text))).toHaveLength(0);
});

test.each([
  "InvalidIdentityTokenException",
  "projects/my-project/locations/europe-west1/workloadIdentityPools/ci",
  "acmeproductionregistry.azurecr.example",
  "https://acmeproductionregistry.azurecr.example:443/v2/",
  "https://example.com/x509/production1%40acme-prod.example.com",
  "Recoverable+Purgeable",
  "11111111-2222-3333-4444-555555555555",
])("a name does not: %s", (text) => {
  expect(holdsRandom(text)).toBe(false);
});
