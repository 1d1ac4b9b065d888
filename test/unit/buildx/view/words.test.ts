import { expect, test } from "vitest";
import { fitTo, justify } from "../../../../src/buildx/view/fit.ts";
import { amount, logTime, seconds, warningList } from "../../../../src/buildx/view/words.ts";

test("times have the digits that buildx gives them", () => {
  expect([0, 312, 9999, 12_345, 99_999, 123_456].map(logTime)).toEqual([
    "0.000",
    "0.312",
    "9.999",
    "12.35",
    "100.00",
    "123.5",
  ]);
  expect(seconds(1249)).toBe("1.2s");
});

test("an amount says what is known of it", () => {
  const status = { id: "x", current: 0, total: 0, startedMs: undefined, completedMs: undefined, atMs: 0 };
  expect(amount(status)).toBe("");
  expect(amount({ ...status, current: 626 })).toBe(" 626B");
  expect(amount({ ...status, current: 1500, total: 3e6, startedMs: 0, atMs: 1500 })).toBe(" 1.50kB / 3.00MB 1.5s");
  expect(amount({ ...status, current: 2e9, startedMs: 0, completedMs: 5 })).toBe(" 2.00GB done");
});

test("a warning that several targets share is told once", () => {
  const warning = { short: "Old: do not", detail: [], url: undefined, file: undefined, line: 3 };
  expect(warningList([warning, warning])).toBe("\n 1 warning found:\n - Old: do not\n");
  expect(warningList([])).toBe("");
});

test("a line fits into its columns, whatever is in it", () => {
  expect(fitTo("plain text", 5)).toBe("plain");
  expect(fitTo("漢字漢字", 5)).toBe("漢字");
  expect(fitTo("\x1b[31mred\x1b[0m\tx", 80)).toBe("red    x");
  expect(fitTo("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301e\u0301");
  expect(fitTo("anything", 0)).toBe("");
  expect(justify("left", "1.0s", 12)).toBe("left    1.0s");
  expect(justify("far too long", "1.0s", 12)).toBe("far too 1.0s");
});
