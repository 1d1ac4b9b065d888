import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createProgressParser, type ProgressItem } from "../../../../src/buildx/progress/parse-progress.ts";

function parse(...chunks: readonly (string | Uint8Array)[]): ProgressItem[] {
  const items: ProgressItem[] = [];
  const parser = createProgressParser((item) => items.push(item));
  for (const chunk of chunks) {
    parser.push(Buffer.from(chunk as string));
  }
  parser.end();
  return items;
}

const text = (line: string): ProgressItem => ({ kind: "text", line });
const status = (value: object): ProgressItem => ({ kind: "status", status: value });

test("values on one line and values on several are the same values", () => {
  const value = { logs: [{ vertex: "a", stream: 1, data: 'eA=="{', timestamp: "t" }], vertexes: [{ digest: "a\\" }] };
  for (const indent of [0, 2, 4, "\t"]) {
    const printed = `${JSON.stringify(value, null, indent)}\n`;
    expect(parse(printed + printed)).toEqual([status(value), status(value)]);
    expect(parse(...printed)).toEqual([status(value)]);
  }
});

test("two values on one line, a Windows line's end and no line's end at all are no hindrance", () => {
  expect(parse('{"logs":[]}{"statuses":[]}\r\n{"warnings":[]}')).toEqual([
    status({ logs: [] }),
    status({ statuses: [] }),
    status({ warnings: [] }),
  ]);
});

test("lines of text stand between the values, blank ones too", () => {
  expect(parse('WARNING: old\n{"logs":[]}\n\nDockerfile:3\n   3 | >>> RUN x\r\nERROR: no')).toEqual([
    text("WARNING: old"),
    status({ logs: [] }),
    text(""),
    text("Dockerfile:3"),
    text("   3 | >>> RUN x"),
    text("ERROR: no"),
  ]);
});

test("what only looks like a value is text, and swallows nothing that follows", () => {
  const after = '{"logs":[]}';
  for (const garbage of [
    "{",
    "{}}",
    "{foo}",
    "{ not json",
    '{"vertexes":[{"digest":"sha256:0',
    '{"logs":[',
    '{"logs":[\n  {',
    '{"a":1}',
    '{"logs":[]} and more',
    '{"logs":[}]',
    "[1]",
    '"logs"',
  ]) {
    const items = parse(`${garbage}\n${after}\n`);
    expect(items.at(-1)).toEqual(status({ logs: [] }));
    const lines = items.slice(0, -1).filter((item) => item.kind === "text");
    expect(lines.map((item) => item.line).join("\n").length).toBeGreaterThan(0);
  }
});

test("a value that is cut off by the stream's end is text", () => {
  expect(parse('{"logs":[{"vertex":"a"')).toEqual([text('{"logs":[{"vertex":"a"')]);
  expect(parse('{\n  "logs": [')).toEqual([text("{"), text('  "logs": [')]);
});

test("what is not of its form in a value is left out", () => {
  expect(parse('{"logs":[1,null,{"vertex":"a"},{"vertex":"a","data":"eA=="}],"vertexes":"none","future":{}}')).toEqual([
    status({ logs: [{ vertex: "a", data: "eA==" }] }),
  ]);
});

test("a line without an end comes in pieces", () => {
  const items = parse(...Array.from({ length: 40 }, () => "x".repeat(65_536)));
  const lengths = items.map((item) => (item.kind === "text" ? item.line.length : 0));
  expect(items.length).toBeGreaterThan(1);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(40 * 65_536);
});

test("the time for a big value grows with its size, in one piece or in many", () => {
  const timeOf = (megabytes: number) => {
    const value = Buffer.from(`{"logs":[{"vertex":"a","data":"${"A".repeat(megabytes * 1e6)}"}]}\n`);
    const start = performance.now();
    const items: ProgressItem[] = [];
    const parser = createProgressParser((item) => items.push(item));
    for (let at = 0; at < value.length; at += 16_384) {
      parser.push(value.subarray(at, at + 16_384));
    }
    parser.end();
    expect(items).toHaveLength(1);
    return performance.now() - start;
  };
  timeOf(1);
  expect(timeOf(50)).toBeLessThan(Math.max(5000, 200 * timeOf(1)));
});

test.each(["buildx-0.13.1", "buildx-0.29.1"])(
  "a recording of %s is understood wholly, however it is cut",
  (version) => {
    for (const name of ["build", "cached", "failure"]) {
      const recorded = readFileSync(`fixtures/progress/${version}/${name}.rawjson`);
      const items = parse(recorded);
      const lines = items.filter((item) => item.kind === "text").map((item) => item.line);
      expect(lines.some((line) => line.includes('"vertexes"') || line.startsWith("{"))).toBe(false);
      expect(lines.at(-1) ?? "").toMatch(name === "failure" ? /^ERROR: / : /^$/);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 3000 }), (size) => {
          const chunks = Array.from({ length: Math.ceil(recorded.length / size) }, (_, i) =>
            recorded.subarray(i * size, (i + 1) * size),
          );
          expect(parse(...chunks)).toEqual(items);
        }),
        { numRuns: 10 },
      );
    }
  },
);
