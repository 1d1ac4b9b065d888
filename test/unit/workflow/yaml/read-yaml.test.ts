import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { placeOf } from "../../../../src/workflow/sourced-text.ts";
import { readYaml } from "../../../../src/workflow/yaml/read-yaml.ts";
import { asMap, asText, entriesOf, leavesOf, valueAt } from "../../../../src/workflow/yaml/yaml-value.ts";
import { heldText } from "../text-of.ts";

const textOf = (source: string, ...path: string[]) => {
  let value = readYaml(heldText(source)).documents[0];
  for (const key of path) value = valueAt(asMap(value), key);
  return asText(value);
};

describe("a scalar's text", () => {
  const pieces = [
    "a",
    "b c",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "'",
    '"',
    "#x",
    " #c",
    "\\n",
    "\\",
    "\r\n",
    "-",
    ": ",
    "é",
  ];
  const heads = ["|\n", "|-\n", "|+\n", ">\n", ">-\n", ">+\n", "|2\n", ">2-\n", "'", '"', ""];
  const source = fc
    .tuple(
      fc.constantFrom(...heads),
      fc.array(fc.constantFrom(...pieces), { maxLength: 10 }),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([head, body, closed, more]) => {
      const text = body.join("");
      const block = head.endsWith("\n");
      const lines = block ? text.replace(/^|\n/g, (end) => `${end}    `) : text.replaceAll("\n", "\n    ") + head;
      return `k:\n  v: ${head}${lines}${closed || !block || more ? "\n" : ""}${more ? "z: 1\n" : ""}`;
    });

  test("is what the yaml package makes of it, in every writing", () => {
    let compared = 0;
    fc.assert(
      fc.property(source, (text) => {
        const held = heldText(text);
        const document = parseDocument(held, { uniqueKeys: false, prettyErrors: false });
        const wanted = document.errors.length === 0 ? document.getIn(["k", "v"]) : undefined;
        if (typeof wanted !== "string") return;
        compared++;
        expect(textOf(text, "k", "v")?.text ?? "").toBe(wanted);
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(compared).toBeGreaterThan(1500);
  });

  test("stands where it says: each character that is not white space is the file's own, but for escapes", () => {
    fc.assert(
      fc.property(source, (text) => {
        const held = heldText(text);
        const sourced = textOf(text, "k", "v");
        if (sourced === undefined || sourced.writing === "double") return;
        for (let index = 0; index < sourced.text.length; index++) {
          if (/\s/.test(sourced.text[index]!)) continue;
          expect(held[placeOf(sourced, index, index + 1).start]).toBe(sourced.text[index]);
        }
      }),
      { numRuns: 2000, seed: 8 },
    );
  });

  test("of double quotes is unescaped to UTF-8 bytes", () => {
    expect(textOf('a: "q\\u00e9 \\x41\\t\\\n   b"', "a")?.text).toBe(heldText("qé A\tb"));
  });

  test("is nothing for null, ~ and what is left out", () => {
    for (const value of ["", "null", "~"]) expect(textOf(`a: ${value}\nb: 1`, "a")).toBeUndefined();
    expect(textOf('a: ""', "a")?.text).toBe("");
  });
});

describe("a file", () => {
  test("may have a quoted text whose lines are indented as little as they like, as GitHub takes it", () => {
    for (const end of ["\n", "\r\n"]) {
      const source = ["a:", '  if: "${{', "    x ||", "  y", 'z }}"', "  b: 1", ""].join(end);
      const { documents, problems } = readYaml(heldText(source));
      expect(problems).toEqual([]);
      const map = asMap(valueAt(asMap(documents[0]), "a"));
      expect(entriesOf(map).map(({ key, value }) => [key.text, asText(value)?.text])).toEqual([
        ["if", `\${{ x || y z }}`],
        ["b", "1"],
      ]);
      const text = asText(valueAt(map, "if"))!;
      expect(source.slice(text.start, text.end)).toBe(source.slice(source.indexOf('"'), source.lastIndexOf('"') + 1));
    }
  });

  test("whose quotes are not closed is read as far as it goes", () => {
    const { problems } = readYaml(heldText('a: "x\nb: 1\nc: "y"\n'));
    expect(problems).toEqual([{ start: 5, reason: "not valid YAML (MISSING_CHAR)" }]);
    expect(readYaml(heldText(`a: "x\n${"b\n".repeat(1000)}`)).problems).toHaveLength(1);
  });

  test("counts offsets from its first byte, a byte order mark included", () => {
    const text = "\uFEFFé: a\nb: c\n";
    const b = textOf(text, "b")!;
    expect([b.start, b.end]).toEqual([12, 13]);
  });

  test("may be several documents", () => {
    expect(readYaml("a: 1\n---\nb: 2\n").documents).toHaveLength(2);
  });

  test("that is no valid YAML gives a problem with its place, and what could be read", () => {
    const { documents, problems } = readYaml('a: "x" y\nb: z\n');
    expect(problems[0]).toMatchObject({ reason: expect.stringContaining("not valid YAML") });
    expect(problems[0]!.start).toBe(7);
    expect(documents).toHaveLength(1);
  });

  test("that is nested without end is a problem, not a crash", () => {
    expect(readYaml(`a: ${"[".repeat(20_000)}`).problems.length).toBeGreaterThan(0);
  });
});

describe("aliases and merges", () => {
  test("an alias is the value it stands for, and a merged map's keys come after its own", () => {
    const root = asMap(readYaml("x: &x {k: v, l: w}\ny:\n  <<: *x\n  k: own\nz: *x\n").documents[0]);
    expect(valueAt(root, "z")).toBe(valueAt(root, "x"));
    expect(entriesOf(asMap(valueAt(root, "y"))).map(({ key, value }) => [key.text, asText(value)?.text])).toEqual([
      ["k", "own"],
      ["l", "w"],
    ]);
  });

  test("aliases of lists of aliases are walked once each", () => {
    const lines = Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [${i === 0 ? "x" : `*b${i - 1}, *b${i - 1}`}]`);
    const root = asMap(readYaml(`${lines.join("\n")}\n`).documents[0]);
    expect(leavesOf(valueAt(root, "b29"))).toHaveLength(1);
  });

  test("an alias of nothing is a problem", () => {
    expect(readYaml("a: *b\n").problems.length).toBeGreaterThan(0);
  });
});
