import { expect, test } from "vitest";
import { createLineAssembler, type LineAssembler } from "../../../../src/buildx/progress/log-line.ts";

function push(assembler: LineAssembler, text: string) {
  return assembler.push(Buffer.from(text));
}

test("a line is given when it ends, however it came", () => {
  const assembler = createLineAssembler();
  expect(push(assembler, "two ").lines).toEqual([]);
  expect(assembler.partial()).toBe("two ");
  expect(push(assembler, "halves\nnext")).toEqual({ lines: ["two halves"], continues: false, open: false });
  expect(assembler.end()).toEqual({ lines: ["next"], continues: false, open: false });
  expect(assembler.end().lines).toEqual([]);
});

test("of a line that was written over, the last state is given", () => {
  const assembler = createLineAssembler();
  expect(push(assembler, " 10%\r 50%").lines).toEqual([]);
  expect(assembler.partial()).toBe(" 50%");
  expect(push(assembler, "\r100%\r").lines).toEqual([]);
  expect(push(assembler, "\nother\r\n").lines).toEqual(["100%", "other"]);
});

test("a progress that is written over a million times needs no memory", () => {
  const assembler = createLineAssembler();
  for (let i = 0; i < 100_000; i++) {
    expect(push(assembler, `\r${i} of 100000`).lines).toEqual([]);
  }
  expect(assembler.partial().length).toBeLessThan(20);
});

test("a colour does not outlive its line", () => {
  expect(push(createLineAssembler(), "\x1b[31mred\nplain\n").lines).toEqual(["\x1b[31mred\x1b[0m", "plain"]);
});

test("a long line comes in pieces that say so", () => {
  const assembler = createLineAssembler();
  const first = push(assembler, "x".repeat(20_000));
  expect(first).toMatchObject({ continues: false, open: true });
  expect(push(assembler, "y").lines).toEqual([]);
  const last = push(assembler, "z\nnext\n");
  expect(last).toEqual({ lines: ["yz", "next"], continues: true, open: false });
  expect(first.lines.join("")).toBe("x".repeat(20_000));
});

test("a CI command is broken up, across pieces of a long line as well", () => {
  const assembler = createLineAssembler();
  const lines = [
    ...push(assembler, `${"x".repeat(20_000)}##vs`).lines,
    ...push(assembler, "o[task.x]\n::error::y\n").lines,
  ];
  expect(lines.join("\n")).toContain("##\\vso[task.x]\n:\\:error::y");
  const hashes = createLineAssembler();
  const given = push(hashes, "#".repeat(20_000));
  expect(given).toMatchObject({ open: false });
});
