import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Edit, printDiff } from "../../../src/dockerfile/index.ts";

function apply(before: string, edits: readonly Edit[]): string {
  return edits
    .toReversed()
    .reduce((text, { start, end, text: now }) => text.slice(0, start) + now + text.slice(end), before);
}

/** What `patch` makes of it: strict, every line and count must fit. */
function patch(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  const [, , ...body] = diff.split(/(?<=\n)/);
  let counts = { old: 0, now: 0 };
  for (const [index, line] of body.entries()) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$/.exec(line);
    if (head !== null && counts.old === 0 && counts.now === 0) {
      const from = Number(head[1]) - (head[2] === "0" ? 0 : 1);
      out.push(...old.slice(at, from));
      at = from;
      counts = { old: Number(head[2] ?? 1), now: Number(head[4] ?? 1) };
      expect(Number(head[3])).toBe(head[4] === "0" ? out.length : out.length + 1);
      continue;
    }
    if (line.startsWith("\\")) continue;
    const text = body[index + 1]?.startsWith("\\") ? line.slice(1, -1) : line.slice(1);
    if (line[0] !== "+") {
      expect(text).toBe(old[at++]);
      counts.old--;
    }
    if (line[0] !== "-") {
      out.push(text);
      counts.now--;
    }
  }
  expect(counts).toEqual({ old: 0, now: 0 });
  return [...out, ...old.slice(at)].join("");
}

describe("a diff", () => {
  it("shows the changed lines with three around them", () => {
    const before = "a\nb\nc\nd\ne\nf\ng\nh\n";
    expect(printDiff("Dockerfile", before, [{ start: 9, end: 9, text: "!" }])).toBe(
      "--- Dockerfile\n+++ Dockerfile\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+e!\n f\n g\n h\n",
    );
  });

  it("has one hunk for changes whose lines around meet, and more for others", () => {
    const before = Array.from({ length: 30 }, (_, index) => `${index}\n`).join("");
    const edit = (line: number) => ({
      start: before.indexOf(`${line}\n`),
      end: before.indexOf(`${line}\n`),
      text: "+",
    });
    const hunks = (lines: number[]) => printDiff("x", before, lines.map(edit)).match(/^@@.*@@$/gm);
    expect(hunks([10, 17])).toEqual(["@@ -8,14 +8,14 @@"]);
    expect(hunks([10, 18])).toEqual(["@@ -8,7 +8,7 @@", "@@ -16,7 +16,7 @@"]);
    expect(printDiff("x", before, [edit(10)], { context: 0 })).toContain("@@ -11 +11 @@\n-10\n++10\n");
  });

  it("keeps CRLF, says where the last line has no line end, and shows UTF-8 as text", () => {
    expect(printDiff("x", "a\r\nb", [{ start: 1, end: 1, text: "!" }])).toBe(
      "--- x\n+++ x\n@@ -1,2 +1,2 @@\n-a\r\n+a!\r\n b\n\\ No newline at end of file\n",
    );
    expect(printDiff("x", "\xC3\xA9", [{ start: 2, end: 2, text: "!" }])).toBe(
      "--- x\n+++ x\n@@ -1 +1 @@\n-é\n\\ No newline at end of file\n+é!\n\\ No newline at end of file\n",
    );
  });

  it("is empty where nothing changes", () => {
    expect(printDiff("x", "a\n", [])).toBe("");
    expect(printDiff("x", "a\n", [{ start: 0, end: 1, text: "a" }])).toBe("");
    expect(
      printDiff("x", "\n\n", [
        { start: 0, end: 0, text: "\n" },
        { start: 1, end: 2, text: "" },
      ]),
    ).toBe("");
    // what one edit takes from the end the next one gives back
    const removed = { start: 1, end: 2, text: "" };
    expect(printDiff("x", "a\n", [removed, { start: 2, end: 2, text: "\n" }])).toBe("");
    expect(
      printDiff("x", "\n", [
        { ...removed, start: 0, end: 1 },
        { start: 1, end: 1, text: "\n" },
      ]),
    ).toBe("");
  });

  it("adds and takes away whole lines", () => {
    expect(printDiff("x", "", [{ start: 0, end: 0, text: "a\n" }])).toBe("--- x\n+++ x\n@@ -0,0 +1 @@\n+a\n");
    expect(printDiff("x", "a\nb\n", [{ start: 0, end: 2, text: "" }])).toBe("--- x\n+++ x\n@@ -1,2 +1 @@\n-a\n b\n");
    expect(printDiff("x", "a\n", [{ start: 2, end: 2, text: "b\n" }])).toBe("--- x\n+++ x\n@@ -1 +1,2 @@\n a\n+b\n");
  });

  it("names a file as git does, so that no name can be taken for a line or cut short", () => {
    const heads = (name: string) =>
      printDiff(name, "a", [{ start: 0, end: 0, text: "b" }])
        .split("\n")
        .slice(0, 2);
    expect(heads("a b/c")).toEqual(["--- a b/c\t", "+++ a b/c\t"]);
    expect(heads('a\n+++ "\\x')).toEqual(['--- "a\\012+++ \\"\\\\x"', '+++ "a\\012+++ \\"\\\\x"']);
  });

  it("applied to the text gives the edited text, for any text and edits", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "\n", "\r\n", "c\n"), { maxLength: 40 })
      .map((parts) => parts.join(""));
    const piece = fc.array(fc.constantFrom("a", "x", "\n"), { maxLength: 4 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        text,
        fc.array(fc.tuple(fc.nat(60), piece), { maxLength: 6 }),
        fc.nat(4),
        (before, wanted, context) => {
          const places = wanted.map(([place]) => place % (before.length + 1)).sort((a, b) => a - b);
          const edits = wanted.map(([, now], index) => {
            const end = Math.min(places[index]! + (index % 3), places[index + 1] ?? before.length, before.length);
            return { start: places[index]!, end: Math.max(places[index]!, end), text: now };
          });
          const after = apply(before, edits);
          const diff = printDiff("x", before, edits, { context });
          expect(diff === "").toBe(after === before);
          if (diff !== "") expect(patch(before, diff)).toBe(after);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
