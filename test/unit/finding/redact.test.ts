import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { endsOnly, lengthOnly } from "../../../src/finding/redact.ts";

test("of a value no more than four characters at its beginning and two at its end are shown", () => {
  const value = randomBytes(20).toString("hex");
  expect(endsOnly(value)).toBe(`${value.slice(0, 4)}…${value.slice(-2)} (40 characters)`);
  expect(endsOnly(value.slice(0, 23))).toBe("23 characters, not shown");
  expect(lengthOnly(7)).toBe("7 characters, not shown");
});
