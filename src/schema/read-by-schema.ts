import type { core, ZodType } from "zod";
import { nearest } from "../nearest.ts";
import type { Fault, Faults, Path } from "./fault.ts";
import { branchesOf, fullest, keysIn, knownKeys, type Schema, schemaAt, valueAt } from "./known-key.ts";
import { besideOther, faultsOfUnion } from "./union.ts";
import { remedyFor, remedyForChoice, tooFew, wordOf } from "./word.ts";

/** Reads a value by a schema, or tells all that is wrong with it, unknown keys first. */
export function readBySchema<T>(
  schema: ZodType<T>,
  value: unknown,
): { readonly value: T } | { readonly faults: Faults } {
  const result = schema.safeParse(value, { error: wordOf });
  if (result.success) return { value: result.data };
  const [first, ...others] = faultsIn(result.error.issues, schema, value);
  return { faults: [first!, ...others] };
}

function faultsIn(issues: readonly core.$ZodIssue[], schema: Schema, value: unknown): readonly Fault[] {
  const faults = issues.flatMap((issue) => faultsOf(issue, schema, value));
  const unknown = faults.filter((fault) => fault.kind === "unknown");
  const isWrittenWrong = (fault: Fault) =>
    fault.kind === "missing" &&
    unknown.some(({ path, meant = "" }) => path.join() === fault.path.join() && fault.keys.includes(meant));
  return [...unknown, ...faults.filter((fault) => fault.kind !== "unknown" && !isWrittenWrong(fault))];
}

function faultsOf(issue: core.$ZodIssue, schema: Schema, value: unknown): readonly Fault[] {
  const { path } = issue;
  const given = valueAt(value, path);
  if (issue.code === "unrecognized_keys") return unknownKeys(issue, schemaAt(schema, path, value), given);
  if (issue.code === "invalid_key") return [wrong(path, issue.issues[0]?.message ?? issue.message)];
  if (issue.code === "custom") return [wrong(path, issue.message)];
  if (given === null) return [wrong(path, "nothing stands", "Give it a value, or take it out")];
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    return [faultOfKind(path, choicesOf(issue), value)];
  }
  if (given === undefined && path.length > 0) return [missing(issue)];
  if (issue.code === "invalid_union") {
    const branches = branchesOf(schemaAt(schema, path, value)).map((branch, at) => {
      const issues = issue.errors[at] ?? [];
      return { keys: knownKeys(branch, given), issues, faults: faultsIn(issues, branch, given) };
    });
    return faultsOfUnion(branches, given).map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
  }
  return [wrong(path, issue.message, remedyFor(issue, given))];
}

function unknownKeys(
  { path, keys }: core.$ZodIssueUnrecognizedKeys,
  schema: Schema | undefined,
  given: unknown,
): readonly Fault[] {
  const branches = branchesOf(schema);
  const refusing = branches.filter((branch) => !knownKeys(branch, given).some((key) => keys.includes(key)));
  const own = knownKeys(fullest(refusing, given) ?? schema, given);
  const others = branches.map((branch) => knownKeys(branch, given));
  return keys.map((key) =>
    besideOther({ kind: "unknown", path, key, meant: nearest(key, own) }, { own, others, given }),
  );
}

function missing(issue: core.$ZodIssue): Fault {
  const path = issue.path.slice(0, -1);
  const key = issue.path.at(-1);
  if (typeof key === "number") return wrong(path, tooFew(key + 1));
  const [only, ...others] = issue.code === "invalid_value" ? issue.values : [];
  const remedy = only === undefined || others.length > 0 ? "Add it" : `Write \`${String(key)}: ${String(only)}\``;
  return { kind: "missing", path, keys: [String(key)], remedy };
}

function choicesOf(issue: core.$ZodIssueInvalidUnion): readonly string[] {
  return "options" in issue ? (issue.options ?? []).map(String) : [];
}

/** Of the key that chooses among schemas. */
function faultOfKind(path: Path, choices: readonly string[], value: unknown): Fault {
  const list = choices.join(", ");
  const given = valueAt(value, path);
  if (given !== undefined) return wrong(path, `none of ${list}`, remedyForChoice(choices, given));
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const written = keysIn(valueAt(value, parent))?.find((one) => nearest(one, [key]) !== undefined);
  return written === undefined
    ? { kind: "missing", path: parent, keys: [key], remedy: `Add it: one of ${list}` }
    : { kind: "unknown", path: parent, key: written, meant: key };
}

function wrong(path: Path, what: string, remedy?: string): Fault {
  return { kind: "wrong", path, what, remedy };
}
