import { describe, expect, test } from "vitest";
import { isInOrder, isLikely } from "../../../src/scan/likely.ts";
import { made } from "./rule/made-secret.ts";

describe("a value", () => {
  test.each(["abcd1234efgh5678", "a1b2c3d4e5f6a7b8c9", "1122334455667788", "zyxwvutsrqponmlk"])(
    "in order is made up: %s",
    (value) => {
      expect(isInOrder(value)).toBe(true);
      expect(isLikely(value, 2)).toBe(false);
    },
  );

  test("that is random is likely, whatever its alphabet", () => {
    for (const kind of ["hex-32", "hex-64", "alphanumeric-36", "base64url-90", "lower-digits-43", "letters-34"]) {
      const values = Array.from({ length: 300 }, () => made(kind));
      // one of some hundred thousand has a word of five letters in it
      expect(values.filter((value) => !isLikely(value, 2.9)).length, kind).toBeLessThan(3);
    }
  });

  test.each(["EXAMPLEKEY7f3k2l9", "xxxxxxxxxxxxxxxx", "your-token-8f7d6s", "aaaaaaaaaaaaaaaab", "deadbeef12f8a7c3"])(
    "of documentation is not: %s",
    (value) => {
      expect(isLikely(value, 2)).toBe(false);
    },
  );
});
