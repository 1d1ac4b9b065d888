import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCsvLine } from "../../../src/dockerfile/csv.ts";
import { type Mount, mountsOf, readDockerfile } from "../../../src/dockerfile/index.ts";
import { mountTypeFirst } from "../../../src/lint/rule/mount-type-first.ts";
import { requireSecretRequired } from "../../../src/lint/rule/require-secret-required.ts";
import { fixed, problemsOf } from "./rule-subject.ts";

const read = (text: string) => readDockerfile(new TextEncoder().encode(text));

function runOf(text: string) {
  const [, ...rest] = read(text).instructions;
  return { rest, run: rest[0]!, mounts: mountsOf(rest[0]!) };
}

/** A mount with nothing that a fix may change. */
function kept(mount: Mount): object {
  const changed = { flag: undefined, required: undefined, problem: undefined };
  return { ...mount, ...changed, unresolved: [...mount.unresolved].sort() };
}

/** The fields in any order, without what may be added. */
function fieldsOf({ flag }: Mount): readonly string[] {
  const fields = parseCsvLine(flag.value ?? "");
  if ("problem" in fields) throw new Error(fields.problem);
  return fields.filter((text) => text !== "required=true").sort();
}

const field = fc.constantFrom(
  "id=a",
  '"id=a,b"',
  "target=/x",
  "uid=0",
  "mode=0400",
  "id=$ID",
  "target=/é",
  '"target=/a""b"',
  "env=A",
);
const mountFields = fc.uniqueArray(field, {
  minLength: 1,
  maxLength: 4,
  selector: (text) => text.replaceAll('"', "").split("=")[0],
});

/** Writes a mount's value in one of the ways that BuildKit reads alike. */
const written = (value: string, at: number, way: number): string => {
  const quoted = value.includes('"');
  const cut = 1 + (at % Math.max(1, value.length - 1));
  const [head, tail] = [value.slice(0, cut), value.slice(cut)];
  switch (way % (quoted ? 2 : 5)) {
    case 0:
      return `'${value}'`;
    case 1:
      return quoted ? `'${head}'\\\n'${tail}'` : `${head}\\\n${tail}`;
    case 2:
      return value;
    case 3:
      return `"${head}"'${tail}'`;
    default:
      return `${head}\\\n# a comment\n${tail}`;
  }
};

const run = fc
  .tuple(mountFields, fc.nat(5), fc.nat(60), fc.nat(20), fc.constantFrom("RUN", "ONBUILD RUN", "run"), fc.boolean())
  .map(([fields, typeAt, at, way, keyword, required]) => {
    const all = required ? [...fields, "required"] : [...fields];
    all.splice(typeAt % (all.length + 1), 0, "type=secret");
    const mount = `--mount=${written(all.join(","), at, way)}`;
    return `FROM a\n${keyword} --network=none ${mount} \\\n  --mount=type=cache,target=/c make <<E\nx\nE\nRUN other\n`;
  });

describe("the fixes of mounts", () => {
  it.each([
    ["require-secret-required", requireSecretRequired],
    ["mount-type-first", mountTypeFirst],
  ])("%s: come to an end, and change nothing else", (_, rule) => {
    let fixes = 0;
    fc.assert(
      fc.property(run, (text) => {
        const before = runOf(text);
        const after = runOf(fixed(rule, text));
        if (problemsOf(rule, text).some(({ fix }) => fix !== undefined)) fixes++;
        expect(problemsOf(rule, fixed(rule, text)).filter(({ fix }) => fix !== undefined)).toEqual([]);
        expect(after.mounts.map(fieldsOf)).toEqual(before.mounts.map(fieldsOf));
        const readable = before.mounts.flatMap(({ problem }, index) => (problem === undefined ? [index] : []));
        const those = (mounts: readonly Mount[]) => readable.map((index) => kept(mounts[index]!));
        expect(those(after.mounts)).toEqual(those(before.mounts));
        for (const [index, mount] of after.mounts.entries()) {
          if (before.mounts[index]!.required) expect(mount.required).toBe(true);
          if (before.mounts[index]!.problem === undefined) expect(mount.problem).toBeUndefined();
        }
        const says = ({ rest }: typeof before) =>
          rest.map(({ keyword, body, heredocs }) => [keyword, body.slice(body.indexOf("make")), heredocs.length]);
        expect(says(after)).toEqual(says(before));
      }),
      { numRuns: 1500 },
    );
    expect(fixes).toBeGreaterThan(300);
  });

  it("mends what BuildKit refuses for its order", () => {
    const after = fixed(mountTypeFirst, "FROM a\nRUN --mount=required,type=secret,id=a make\n");
    expect(after).toBe("FROM a\nRUN --mount=type=secret,required,id=a make\n");
  });

  it("adds required=true at the mount's end, wherever its line ends", () => {
    expect(fixed(requireSecretRequired, "FROM a\r\nRUN --mount=type=secret,id=a\\\r\n make\r\n")).toBe(
      "FROM a\r\nRUN --mount=type=secret,id=a,required=true\\\r\n make\r\n",
    );
  });

  it("offers none where the line would become too long, or a template decides", () => {
    const long = `FROM a\nRUN --mount=type=secret,id=a ${"x".repeat(65_500)}\n`;
    expect(problemsOf(requireSecretRequired, long).map(({ fix }) => fix)).toEqual([undefined]);
    const name = "Dockerfile.j2";
    const text = "FROM a\nRUN --mount=type=secret,id=a{% if x %},required{% endif %} make\n";
    expect(problemsOf(requireSecretRequired, text, { name })).toEqual([]);
  });
});
