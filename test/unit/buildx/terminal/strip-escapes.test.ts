import fc from "fast-check";
import { expect, test } from "vitest";
import { createEscapeStripper, stripEscapes } from "../../../../src/buildx/terminal/strip-escapes.ts";

test.each([
  ["a title", "\x1b]0;evil\x07text"],
  ["the clipboard (OSC 52)", "\x1b]52;c;aGVsbG8=\x07text"],
  ["a link (OSC 8)", "\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\"],
  ["an image of iTerm (OSC 1337)", "\x1b]1337;File=inline=1:AAAA\x07text"],
  ["a device control string", '\x1bP$q"p\x1b\\text'],
  ["an application program command", "\x1b_Ga=T;AAAA\x1b\\text"],
  ["a privacy message", "\x1b^secret\x1b\\text"],
  ["a start of string", "\x1bXstring\x1b\\text"],
  ["cursor movements and erasing", "\x1b[2J\x1b[H\x1b[1;1Hte\x1b[Kxt"],
  ["modes", "\x1b[?1049h\x1b[?25ltext\x1b[?2004h"],
  ["a question to the terminal", "\x1b[6n\x1b[ctext"],
  ["modes of the keyboard, which end in m too", "\x1b[>4;2mtext"],
  ["character sets", "\x1b(0\x1b)Btext"],
  ["single escapes", "\x1bctext\x1b7\x1b8\x1b="],
  ["concealed text", "\x1b[8mtext\x1b[1;8m"],
  ["a sequence in UTF-8", "\u009b2J\u009d52;c;aGk=\u009ctext\u0090x\u009c"],
  ["single controls of C1", "\u0085\u008dte\u0084xt"],
  ["controls", "\0te\b\x07\x0e\x0fxt\x7f\v\f"],
  ["the order of reading", "\u202etext\u2066\u2069\u200f"],
  ["what cannot be seen", "te\u200bx\u00adt\ufeff\u2060"],
])("%s is stripped", (_, text) => {
  expect(stripEscapes(text)).toBe("text");
});

test.each([
  ["colours", "\x1b[31mred\x1b[0m \x1b[1;38;5;208mbold\x1b[m \x1b[38;2;8;8;8mdark\x1b[48:2::1:2:3mx"],
  ["tabs and line ends", "a\tb\r\nc\rd\n"],
  ["every script, and emoji with their joiners", "grüß ✔ 漢字 עברית فارسی 👩\u200d💻 e\u0301"],
])("%s are kept", (_, text) => {
  expect(stripEscapes(text)).toBe(text);
});

test("a sequence that never ends takes no more than its line", () => {
  expect(stripEscapes("a\x1b]52;c;and then\nthe next line")).toBe("a\nthe next line");
  expect(stripEscapes("a\x1bPnever\r\nb")).toBe("a\r\nb");
});

test("an escape in the middle of another ends it", () => {
  expect(stripEscapes("\x1b]0;title\x1b[31mred")).toBe("\x1b[31mred");
  expect(stripEscapes("\x1b\x1b\x1b[32mgreen")).toBe("\x1b[32mgreen");
  expect(stripEscapes("\x1b[\x1b[2Jx")).toBe("x");
});

test("bytes that are no UTF-8 give no control either", () => {
  const stripper = createEscapeStripper();
  const bytes = Buffer.from([0x9b, 0x33, 0xff, 0xc2, 0x41, 0xe2, 0x80, 0x41, 0x80]);
  const shown = Buffer.from(stripper.push(bytes)).toString("utf8");
  expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(shown).toContain("A");
});

const part = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom(
    "\x1b",
    "\x1b[",
    "\x1b]",
    "\x1b\\",
    "\x07",
    "\x1b[31m",
    "\x1b[0;8m",
    "\u009b",
    "\u009c",
    "\u202e",
    "漢",
    "\n",
  ),
);

test("however the bytes are cut, the same is left", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          part.map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 4 }),
        ),
      ),
      fc.array(fc.integer({ min: 0, max: 5 })),
      (parts, lengths) => {
        const bytes = Buffer.concat(parts);
        const whole = createEscapeStripper();
        const cut = createEscapeStripper();
        let at = 0;
        const pieces = lengths.map((length) => {
          at += length;
          // What was given must not change with the next chunk.
          return Buffer.from(cut.push(bytes.subarray(at - length, at)));
        });
        const left = Buffer.concat([...pieces, cut.push(bytes.subarray(at)), cut.end()]);
        expect(left.equals(Buffer.concat([whole.push(bytes), whole.end()]))).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

test("nothing that is left can move, hide or ask", () => {
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const withoutColours = stripEscapes(parts.join("")).replace(/\x1b\[[0-9;:]*m/g, "");
      expect(withoutColours).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 1000 },
  );
});
