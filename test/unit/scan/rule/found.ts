import { createHmac, randomBytes, randomInt } from "node:crypto";
import type { ContentRule, PlaceRule, Verdict } from "../../../../src/scan/rule.ts";
import { createSearch } from "../../../../src/scan/search.ts";

export const now = 1_800_000_000;

/** What one rule finds in a text, through the search itself. */
export function found(rule: ContentRule, text: string, path = "etc/file"): Verdict[] {
  const hits: Verdict[] = [];
  const spot = { root: 1, path: [path], kind: "content", start: 0, end: Buffer.byteLength(text) } as const;
  createSearch([], [rule], now).scanText(text, spot, ({ what, offset }) => {
    // Several literals can lead to one thing.
    if (what.kind === "pattern" && !hits.some((hit) => hit.start === offset))
      hits.push({ ...what.verdict, start: offset });
  });
  return hits;
}

/** What a rule reads in a file at a place; undefined where it does not look. */
export function read(rule: PlaceRule, text: string, path: string): Verdict[] | undefined {
  return rule.place.test(path) ? rule.read(text, { path, now }) : undefined;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
export const alphabet = {
  letters,
  alphanumeric: `${letters}0123456789`,
  base32: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  base64: `${letters}0123456789+/`,
  base64url: `${letters}0123456789-_`,
  hex: "0123456789abcdef",
} as const;

export function random(characters: string, length: number): string {
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
}

/** 40 characters as IAM makes them: all kinds of characters in it. */
export function secretKey(): string {
  return `${random(alphabet.base64, 37)}aZ7`;
}

export function accessKeyId(): string {
  return `AKIA${random(alphabet.base32, 16)}`;
}

export function token(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = { alg: "RS256", typ: "JWT" },
): string {
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const signature = createHmac("sha256", randomBytes(16)).update(parts.join(".")).digest("base64url");
  return [...parts, signature].join(".");
}
