import { describe, expect, test } from "vitest";
import { fitsBase62Checksum, fitsBech32 } from "../../../../../src/scan/rule/judge/checksum.ts";
import { checked, made } from "../made-secret.ts";

describe("a checksum in base 62", () => {
  test("is GitHub's: it fits a token that was revoked and published to show it", () => {
    const body = ["zQWBuTSOoRi4A9", "spHcVY5ncnsDkxkJ"].join("");
    expect(fitsBase62Checksum(`ghp_${body}0mLq17`)).toBe(true);
    expect(fitsBase62Checksum(`ghp_${body}0mLq18`)).toBe(false);
  });

  test("does not fit when one character is another", () => {
    const token = checked("npm_");
    expect(fitsBase62Checksum(token)).toBe(true);
    const other = token.slice(0, 10) + (token[10] === "a" ? "b" : "a") + token.slice(11);
    expect(fitsBase62Checksum(other)).toBe(false);
    expect(fitsBase62Checksum(token.slice(0, -1))).toBe(false);
  });
});

describe("bech32", () => {
  test.each([
    "A12UEL5L",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
  ])("takes what BIP 173 calls valid: %s", (text) => {
    expect(fitsBech32(text)).toBe(true);
  });

  test.each([
    "A12UEL5M",
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3x",
  ])("takes nothing else: %s", (text) => {
    expect(fitsBech32(text)).toBe(false);
  });

  test("fits an age identity that was made as age makes one", () => {
    expect(fitsBech32(made("age"))).toBe(true);
  });
});
