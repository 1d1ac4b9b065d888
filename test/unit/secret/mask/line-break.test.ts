import fc from "fast-check";
import { expect, test } from "vitest";
import { breakAfter, breakBefore, noBreak, unfinished } from "../../../../src/secret/mask/line-break.ts";

const bytes = (text: string) => Buffer.from(text);

test.each(["\n", "\r\n", "\r", "\n    ", "\n\t", "\n#5 0.312 ", "\r\n  #12 34.5 ", "\\n", "\\r\\n", "\\r"])(
  "%j is a break, from its beginning and from its end",
  (text) => {
    const around = bytes(`a${text}b`);
    expect(breakAfter(around, 1, around.length)).toBe(1 + text.length);
    expect(breakBefore(around, 1 + text.length, 0)).toBe(1);
  },
);

test("a break that may go on is unfinished", () => {
  for (const text of [
    "\n",
    "\r",
    "\r\n",
    "\n   ",
    "\n#",
    "\n#5",
    "\n#5 0.3",
    "\n#5 0.312 ",
    "\\",
    "\\n",
    "\\r",
    "\\r\\",
  ]) {
    expect(breakAfter(bytes(text), 0, text.length)).toBe(unfinished);
  }
});

test("other characters are no break, and a prefix that is too long is none", () => {
  expect(breakAfter(bytes("ab"), 0, 2)).toBe(noBreak);
  expect(breakAfter(bytes("\\t"), 0, 2)).toBe(noBreak);
  expect(breakBefore(bytes("abc"), 2, 0)).toBe(noBreak);
  expect(breakBefore(bytes(`a\n${" ".repeat(100)}b`), 102, 0)).toBe(noBreak);
});

test("where a break ends, it is found again from there", () => {
  const part = fc.constantFrom("\n", "\r", " ", "\t", "#5 0.3 ", "\\n", "a", "1");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const text = bytes(`x${parts.join("")}y`);
      const end = breakAfter(text, 1, text.length);
      fc.pre(end > 1);
      expect(breakBefore(text, end, 0)).not.toBe(noBreak);
    }),
  );
});
