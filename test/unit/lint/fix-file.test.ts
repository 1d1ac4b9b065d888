import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Edit } from "../../../src/dockerfile/index.ts";
import { readDockerfile } from "../../../src/dockerfile/index.ts";
import { type EditedText, edited, editsOf, unedited } from "../../../src/lint/edit-list.ts";
import type { LintFinding } from "../../../src/lint/finish.ts";
import { fixFile } from "../../../src/lint/fix-file.ts";
import type { LintedFile } from "../../../src/lint/lint-file.ts";
import { differenceBeyond } from "../../../src/lint/same-reading.ts";

type Made = { readonly rule: string; readonly edits: readonly Edit[]; readonly safe?: boolean };

function linted(made: readonly Made[]): LintedFile {
  const findings = made.map(({ rule, edits, safe = true }): LintFinding => {
    const where = { file: "f", line: 1, column: 1, endLine: 1, endColumn: 1 };
    const finding = { rule, severity: "error" as const, message: "m", remedy: "r", fingerprint: "x", where };
    return { finding, excerpt: { text: "", from: 1 }, hide: undefined, fix: { safe, what: rule, edits } };
  });
  return { findings, broken: [] };
}

const read = (text: string) => readDockerfile(new Uint8Array(Buffer.from(text, "latin1")));
const difference = (before: string, after: string, edits: readonly Edit[]) =>
  differenceBeyond(read(before), read(after), edits);

function fixedBy(before: string, lint: (text: string) => readonly Made[], unsafe = false) {
  const file = { lint: (text: string) => linted(lint(text)), difference };
  return fixFile(before, file.lint(before), file, unsafe);
}

/** Each `a` is to be a `b`. */
const toB = (text: string): Made[] =>
  [...text.matchAll(/a/g)].map(({ index }) => ({ rule: "to-b", edits: [{ start: index, end: index + 1, text: "b" }] }));

describe("fixing", () => {
  test("goes on until nothing is left, and says what was done", () => {
    const { text, edits, applied, failure } = fixedBy("FROM x\nRUN aaa\n", (text) => toB(text).slice(0, 1));
    expect([text, failure]).toEqual(["FROM x\nRUN bbb\n", undefined]);
    expect(edits).toEqual([{ start: 11, end: 14, text: "bbb" }]);
    expect(applied).toHaveLength(3);
  });

  test("does fixes that touch each other one after the other", () => {
    const seen: string[] = [];
    const { text } = fixedBy("FROM x\nRUN aa\n", (text) => {
      seen.push(text);
      return toB(text);
    });
    expect(text).toBe("FROM x\nRUN bb\n");
    expect(seen[1]).toBe("FROM x\nRUN ba\n");
  });

  test("leaves unsafe fixes alone unless they are asked for", () => {
    const lint = (text: string) => toB(text).map((one) => ({ ...one, safe: false }));
    expect(fixedBy("FROM x\nRUN a\n", lint).text).toBe("FROM x\nRUN a\n");
    expect(fixedBy("FROM x\nRUN a\n", lint, true).text).toBe("FROM x\nRUN b\n");
  });

  test("that comes back to where it was is an error that names the rule, and changes nothing", () => {
    const swap = (text: string): Made[] => {
      const at = text.search(/[ab]\n/);
      const other = text.charAt(at) === "a" ? "b" : "a";
      return [{ rule: "swap", edits: [{ start: at, end: at + 1, text: other }] }];
    };
    const { text, failure } = fixedBy("FROM x\nRUN a\n", swap);
    expect(text).toBe("FROM x\nRUN a\n");
    expect(failure).toContain("swap");
  });

  test("that grows for ever is an error that names the rule", () => {
    const grow = (text: string): Made[] => [
      { rule: "grow", edits: [{ start: text.length - 1, end: text.length - 1, text: "a" }] },
    ];
    expect(fixedBy("FROM x\nRUN a\n", grow).failure).toContain("grow");
  });

  test("that changes more than it names is an error that names the rule among others", () => {
    const lint = (text: string): Made[] =>
      text.includes("\\")
        ? []
        : [
            { rule: "good", edits: [{ start: 5, end: 6, text: "y" }] },
            { rule: "bad", edits: [{ start: 12, end: 12, text: " \\" }] },
          ];
    const { text, failure } = fixedBy("FROM x\nRUN a\nRUN b\n", lint);
    expect(text).toBe("FROM x\nRUN a\nRUN b\n");
    expect(failure).toMatch(/fix of bad would change/);
  });

  test("with edits out of order is an error that names the rule", () => {
    const lint = (): Made[] => [
      {
        rule: "mixed",
        edits: [
          { start: 9, end: 10, text: "" },
          { start: 5, end: 6, text: "y" },
        ],
      },
    ];
    expect(fixedBy("FROM x\nRUN a\n", lint).failure).toContain("mixed");
  });
});

describe("the same reading", () => {
  const lines = "FROM x\n# c\nRUN a\nRUN b\n";
  test.each([
    ["a comment is taken out", { start: 7, end: 11, text: "" }],
    ["a comment is put in", { start: 17, end: 17, text: "# d\n" }],
    ["a word changes within one instruction", { start: 15, end: 16, text: "c" }],
    ["something is added at an instruction's end", { start: 16, end: 16, text: " && c" }],
    ["a flag is put in", { start: 14, end: 14, text: " --network=none" }],
    ["a whole instruction is taken out", { start: 11, end: 17, text: "" }],
    ["an instruction is replaced", { start: 11, end: 16, text: "COPY a b" }],
    ["an instruction is put in", { start: 11, end: 11, text: "RUN c\n" }],
  ])("holds where %s", (_, edit) => {
    const after = lines.slice(0, edit.start) + edit.text + lines.slice(edit.end);
    expect(difference(lines, after, [edit])).toBeUndefined();
  });

  test.each([
    ["two instructions become one", { start: 16, end: 17, text: " \\\n" }],
    ["an edit within an instruction makes two", { start: 16, end: 16, text: "\nRUN c" }, false],
    ["the kind changes by a part of the word", { start: 11, end: 14, text: "CMD" }],
    ["a continuation swallows the next", { start: 16, end: 16, text: " \\" }],
    ["a heredoc swallows the rest", { start: 16, end: 16, text: " <<E\nE" }, false],
  ])("fails where %s", (_, edit, fails = true) => {
    const after = lines.slice(0, edit.start) + edit.text + lines.slice(edit.end);
    expect(difference(lines, after, [edit]) !== undefined).toBe(fails);
  });
});

describe("edits of edits", () => {
  test("are edits of the first text", () => {
    const text = fc.string({ minLength: 1, maxLength: 30 });
    const rounds = fc.array(fc.array(fc.tuple(fc.nat(40), fc.nat(5), fc.string({ maxLength: 4 })), { maxLength: 4 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, rounds, (before, asked) => {
        let now: EditedText = unedited(before);
        for (const round of asked) {
          const edits: Edit[] = [];
          let free = 0;
          for (const [skip, length, added] of round) {
            const start = free + (skip % 7);
            if (start + length > now.text.length) break;
            edits.push({ start, end: start + length, text: added });
            free = start + length + 1;
          }
          now = edited(now, edits);
        }
        const edits = editsOf(now, before.length);
        expect(edited(unedited(before), edits).text).toBe(now.text);
      }),
    );
  });
});
