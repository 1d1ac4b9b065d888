import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encode } from "../../../src/dockerfile/index.ts";
import { createPositions } from "../../../src/lint/position.ts";

describe("a place in a file", () => {
  const placeOf = (text: string, part: string) => {
    const raw = encode(text);
    const start = raw.indexOf(encode(part));
    const { line, column, endLine, endColumn } = createPositions(raw).place("f", start, start + encode(part).length);
    return [line, column, endLine, endColumn];
  };

  test("counts lines and columns from 1, the end exclusive", () => {
    expect(placeOf("FROM a\nRUN make\n", "FROM")).toEqual([1, 1, 1, 5]);
    expect(placeOf("FROM a\nRUN make\n", "make")).toEqual([2, 5, 2, 9]);
    expect(placeOf("FROM a\nRUN a \\\n  b\n", "a \\\n  b")).toEqual([2, 5, 3, 4]);
  });

  test("counts columns in UTF-16 units", () => {
    expect(placeOf("RUN é x\n", "x")).toEqual([1, 7, 1, 8]);
    expect(placeOf("RUN 😀 x\n", "x")).toEqual([1, 8, 1, 9]);
    expect(placeOf("RUN 漢字\n", "字")).toEqual([1, 6, 1, 7]);
  });

  test("gives a byte that is no UTF-8 one column", () => {
    const text = "RUN \xff\xfe x\n";
    expect(createPositions(text).place("f", text.indexOf("x"), text.indexOf("x") + 1).column).toBe(8);
  });

  test("gives a byte order mark no column, as editors do", () => {
    expect(placeOf("\uFEFFFROM a\n", "FROM")).toEqual([1, 1, 1, 5]);
  });

  test("takes a carriage return for a part of the line end, and a lone one for no line end", () => {
    const positions = createPositions("FROM a\r\nRUN\rb\r\n");
    expect(positions.line(1)).toEqual({ start: 0, end: 6 });
    expect(positions.place("f", 12, 13)).toMatchObject({ line: 2, column: 5 });
  });

  test("is the same in whatever order places are asked for, and agrees with counting by hand", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "é", "😀", "\n", "\r\n", " ", "漢"), { maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        (characters, asked) => {
          const raw = encode(characters.join(""));
          const positions = createPositions(raw);
          for (const count of asked) {
            const before = characters.slice(0, Math.min(count, characters.length)).join("");
            const offset = encode(before).length;
            const { line, column } = positions.place("f", offset, offset);
            const lines = before.split("\n");
            expect([line, column]).toEqual([lines.length, lines.at(-1)!.length + 1]);
          }
        },
      ),
    );
  });
});
