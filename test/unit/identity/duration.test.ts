import { expect, test } from "vitest";
import { describeDuration } from "../../../src/identity/duration.ts";

test.each([
  [-5, "0 seconds"],
  [1000, "1 second"],
  [61_000, "61 seconds"],
  [90_000, "90 seconds"],
  [120_000, "2 minutes"],
  [3_540_000, "59 minutes"],
  [5_400_000, "90 minutes"],
  [7_200_000, "2 hours"],
  [86_400_000, "24 hours"],
  [3 * 86_400_000, "3 days"],
])("%d ms are said as one would: %s", (ms, text) => {
  expect(describeDuration(ms)).toBe(text);
});
