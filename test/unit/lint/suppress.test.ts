import { describe, expect, test } from "vitest";
import { readDockerfile, toText } from "../../../src/dockerfile/index.ts";
import { coverageOf } from "../../../src/lint/coverage.ts";
import { coverageOfLines } from "../../../src/lint/line-coverage.ts";
import type { EveryRule } from "../../../src/lint/rule.ts";
import type { Found } from "../../../src/lint/run-rules.ts";
import { suppress } from "../../../src/lint/suppress.ts";
import { parseSuppression } from "../../../src/lint/suppression.ts";

const rule = (id: string): EveryRule => ({
  id,
  severity: "error",
  title: id,
  fix: "none",
  subject: "frame",
  docs: { what: "", why: "", example: "", instead: "" },
});
const ids = new Set(["one", "two", "unused-suppression", "unknown-suppression", "unexplained-suppression"]);

/** Finds `one` at each word ONE, `two` at each TWO. */
function found(text: string): Found[] {
  return [...text.matchAll(/ONE|TWO/g)].map((match) => ({
    rule: rule(match[0].toLowerCase()),
    severity: "error" as const,
    problem: { start: match.index, end: match.index + 3, message: "m", remedy: "r" },
  }));
}

function left(text: string, settings = new Map<string, "off" | "info">()): string[] {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  const coverage = coverageOf(dockerfile);
  return suppress(found(dockerfile.text), coverage, { text: dockerfile.text, ids, settings }).map(
    ({ rule, problem }) => `${rule.id} ${dockerfile.text.slice(problem.start, problem.end)}`,
  );
}

describe("the grammar", () => {
  test("is a list of rules and a reason that goes to the end of the line", () => {
    const comment = "#  buildseal: ignore=one,two reason=because of, well, this";
    const { rules, reason } = parseSuppression(comment)!;
    expect(rules.map(({ id, start, end }) => [id, comment.slice(start, end)])).toEqual([
      ["one", "one"],
      ["two", "two"],
    ]);
    expect(reason).toBe("because of, well, this");
  });

  test("is no other comment's", () => {
    for (const comment of [
      "# ignore=one",
      "# buildseal: with=sccache",
      "# buildseal ignore=one",
      "# buildseal: ignored=one",
    ]) {
      expect(parseSuppression(comment)).toBeUndefined();
    }
  });

  test("tells where there is no reason", () => {
    for (const comment of [
      "# buildseal: ignore=one",
      "# buildseal: ignore=one reason=",
      "# buildseal: ignore=one since=x",
    ]) {
      expect(parseSuppression(comment)?.reason).toBeUndefined();
    }
  });
});

describe("a comment above an instruction", () => {
  test("suppresses the rules that it names there, over all lines of the instruction, and nowhere else", () => {
    const text = "FROM a\n# buildseal: ignore=one reason=x\nRUN ONE TWO \\\n  ONE\nRUN ONE\n";
    expect(left(text)).toEqual(["two TWO", "one ONE"]);
  });

  test("may stand among others, and several of them may", () => {
    expect(
      left("FROM a\n# why\n# buildseal: ignore=one reason=x\n# and\n# buildseal: ignore=two reason=y\nRUN ONE TWO\n"),
    ).toEqual([]);
  });

  test("is reported where it suppresses nothing", () => {
    expect(left("FROM a\n# buildseal: ignore=one,two reason=x\nRUN ONE\n")).toEqual(["unused-suppression two"]);
  });

  test("is reported where an empty line, or nothing, stands below it", () => {
    expect(left("FROM a\n# buildseal: ignore=one reason=x\n\nRUN ONE\n")).toEqual([
      "unused-suppression one",
      "one ONE",
    ]);
    expect(left("FROM a\nRUN ONE\n# buildseal: ignore=one reason=x\n")).toEqual(["one ONE", "unused-suppression one"]);
  });

  test("is reported where it stands inside an instruction, but not in a heredoc's text", () => {
    expect(left("FROM a\nRUN true \\\n  # buildseal: ignore=one reason=x\n  ONE\n")).toEqual([
      "unused-suppression one",
      "one ONE",
    ]);
    expect(left("FROM a\nRUN <<E\n# buildseal: ignore=one reason=x\nONE\nE\n")).toEqual(["one ONE"]);
  });

  test("is reported where it gives no reason, and suppresses all the same", () => {
    expect(left("FROM a\n# buildseal: ignore=one\nRUN ONE\n")).toEqual([
      "unexplained-suppression # buildseal: ignore=one",
    ]);
  });

  test("is reported where there is no such rule", () => {
    expect(left("FROM a\n# buildseal: ignore=onne reason=x\nRUN ONE\n")).toEqual([
      "unknown-suppression onne",
      "one ONE",
    ]);
    expect(left("FROM a\n# buildseal: ignore= reason=x\nRUN make\n")).toEqual([
      "unknown-suppression # buildseal: ignore= reason=x",
    ]);
  });

  test("cannot suppress what is wrong with itself; the configuration can turn it off", () => {
    const text = "FROM a\n# buildseal: ignore=unused-suppression,one reason=x\nRUN make\n";
    expect(left(text)).toEqual(["unused-suppression unused-suppression", "unused-suppression one"]);
    expect(left(text, new Map([["unused-suppression", "off"]]))).toEqual([]);
  });
});

describe("a comment in a CI file", () => {
  const left = (text: string) => {
    const raw = toText(new TextEncoder().encode(text));
    const settings = new Map<string, "off">();
    return suppress(found(raw), coverageOfLines(raw), { text: raw, ids, settings }).map(({ rule }) => rule.id);
  };

  test("covers the line below and what is indented deeper", () => {
    expect(left("steps:\n  # buildseal: ignore=one reason=x\n  - name: a\n    run: ONE\n  - run: ONE\n")).toEqual([
      "one",
    ]);
    expect(left("a: TWO\n# buildseal: ignore=one reason=x\nb: ONE\nc: ONE\n")).toEqual(["two", "one"]);
  });

  test("covers the lines that continue a command, however they are indented", () => {
    expect(left("# buildseal: ignore=one reason=x\ndocker build \\\nONE \\\r\nONE\nONE\n")).toEqual(["one"]);
  });

  test("covers what follows an empty line in a block, and may stand among other comments", () => {
    expect(left("# buildseal: ignore=one reason=x\n# why\na:\n\n  ONE\nb: ONE\n")).toEqual(["one"]);
    expect(left("a:\n  # buildseal: ignore=one reason=x\n  - a\n  - ONE\n")).toEqual(["unused-suppression", "one"]);
  });

  test("may be one of HCL's", () => {
    expect(left("// buildseal: ignore=one reason=x\na = ONE\n")).toEqual([]);
  });

  test("is reported where nothing is below it", () => {
    expect(left("a: ONE\n# buildseal: ignore=one reason=x\n")).toEqual(["one", "unused-suppression"]);
    expect(left("# buildseal: ignore=one reason=x\n\na: ONE\n")).toEqual(["unused-suppression", "one"]);
    expect(left("# buildseal: ignore=one reason=x\n# why\n\na: ONE\n")).toEqual(["unused-suppression", "one"]);
  });

  test("is reported where it stands behind something on its line; in quotes there is none", () => {
    expect(left("a: ONE # buildseal: ignore=one reason=x\n")).toEqual(["one", "unused-suppression"]);
    expect(left("echo '# x' '# buildseal: ignore=one reason=x'\n")).toEqual([]);
    expect(left("echo a#buildseal: ignore=one\n")).toEqual([]);
  });

  test("is reported where it is spelt almost right", () => {
    for (const comment of ["# buildseal ignore=one", "#buildseal: disable one", "// build-seal: ignored=one"]) {
      expect([comment, ...left(`a: 1\n${comment} reason=x\nb: ONE\n`)]).toEqual([
        comment,
        "unknown-suppression",
        "one",
      ]);
    }
    expect(left("# buildseal: with=sccache\n# buildseal ignores a: it is none\nRUN make\n")).toEqual([]);
  });
});
