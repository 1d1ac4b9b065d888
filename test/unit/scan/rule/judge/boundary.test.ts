import { describe, expect, test } from "vitest";
import { startsWord } from "../../../../../src/scan/rule/judge/boundary.ts";

const startsAfter = (before: string) => startsWord(`${before}token`, before.length);

describe("a token", () => {
  test.each(["", " ", "=", '"', "_", "-", "\0", "%22", "%3A", "\\n", "\\u0022", "\\x22", "\x1b[31m", "\\033[0m"])(
    "may begin after %j",
    (before) => {
      expect(startsAfter(before)).toBe(true);
    },
  );

  test.each(["a", "Z", "9", "an", "%zz", "u0022", "[31m"])("may not begin after %j", (before) => {
    expect(startsAfter(before)).toBe(false);
  });
});
