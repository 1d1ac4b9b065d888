import type { core, ZodType } from "zod";
import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";

/**
 * Reads a YAML text by a schema. Every error names file, line and column, and for an unknown key the nearest known
 * one. Values are not repeated in messages: somebody may have put a secret where a name belongs.
 *
 * @throws SealError CONFIG
 */
export async function readDocument<T>(path: string, text: string, schema: ZodType<T>): Promise<T> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw new SealError("CONFIG", `${position(problem.pos[0])}: not valid YAML (${problem.code})`, "Correct the file");
  }
  const result = schema.safeParse(values(document, path));
  if (result.success) return result.data;

  const issue = deepest(foremost(result.error.issues));
  const node = nodeAt(document, issue.path);
  const at = node === undefined ? path : position(node);
  const where = issue.path.length === 0 ? "" : ` in \`${printPath(issue.path)}\``;
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const keyNode = nodeAt(document, [...issue.path, key]);
    const meant = nearest(key, knownKeys(schema, issue.path));
    throw new SealError(
      "CONFIG",
      `${keyNode === undefined ? at : position(keyNode)}: unknown key \`${key}\`${where}`,
      meant === undefined ? "Take it out" : `Did you mean \`${meant}\`?`,
    );
  }
  const choices = choicesIn(issue.message);
  const chosen: unknown = choices.length === 0 ? undefined : document.getIn(issue.path);
  const meant = typeof chosen === "string" ? nearest(chosen, choices) : undefined;
  const what = choices.length === 0 ? issue.message : `none of ${choices.join(", ")}`;
  throw new SealError(
    "CONFIG",
    `${at}: ${what}${where}`,
    meant === undefined ? "Correct the file" : `Did you mean \`${meant}\`?`,
  );
}

/** What zod says of a choice: "Invalid discriminator value. Expected 'a' | 'b'", "Invalid option: expected one of \"a\"|\"b\"". */
function choicesIn(message: string): string[] {
  const listed = /^Invalid (?:discriminator value\. Expected|option: expected one of) (.+)$/.exec(message)?.[1];
  return [...(listed ?? "").matchAll(/['"]([^'"]+)['"]/g)].map((match) => match[1]!);
}

/**
 * Where the keys of a YAML text stand: from a path of keys and indices to the line and column of the last one, of what is
 * there of the path, counted from 1.
 */
export async function placesIn(
  file: string,
  text: string,
): Promise<(path: readonly PropertyKey[]) => { file: string; line: number; column: number }> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return (path) => {
    const { line, col } = lines.linePos(nodeAt(document, path) ?? 0);
    return { file, line, column: col };
  };
}

/** The document's values; aliases that would grow into millions of values are refused. */
function values(document: { toJS: (options: { maxAliasCount: number }) => unknown }, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    throw new SealError("CONFIG", `${path}: an alias that cannot be followed, or too many`, "Write the values out", {
      cause,
    });
  }
}

type Issue = {
  readonly code: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys: readonly string[];
};

/** Where a key is missing and another one is not known, the second was meant for the first. */
function foremost(issues: readonly core.$ZodIssue[]): core.$ZodIssue {
  const [first] = issues as [core.$ZodIssue];
  const parent = first.path.slice(0, -1).join();
  const isTypo = (issue: core.$ZodIssue) => issue.code === "unrecognized_keys" && issue.path.join() === parent;
  return issues.find(isTypo) ?? first;
}

/** Of a union's issues the branch that went furthest says what is wrong; the union itself only says "Invalid input". */
function deepest(issue: core.$ZodIssue): Issue {
  if (issue.code === "invalid_union") {
    const branches = issue.errors.flatMap((branch) => branch.slice(0, 1)).map(deepest);
    const furthest = branches.sort((a, b) => b.path.length - a.path.length)[0];
    if (furthest !== undefined) return { ...furthest, path: [...issue.path, ...furthest.path] };
  }
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  return { code: issue.code, path: issue.path, message: issue.message, keys };
}

type Node = { range?: [number, number, number] | null; items?: unknown[] };

/** The offset of the node at a path: of the key for the last step of a map. */
function nodeAt(document: { contents: unknown }, path: readonly PropertyKey[]): number | undefined {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0];
  for (const step of path) {
    const item = node?.items?.[step as number] ?? node?.items?.find((pair) => keyOf(pair) === String(step));
    if (item === undefined) return offset;
    const pair = item as { key?: Node; value?: Node } & Node;
    offset = pair.key?.range?.[0] ?? pair.range?.[0] ?? offset;
    node = pair.key === undefined ? pair : (pair.value ?? null);
  }
  return offset;
}

function keyOf(pair: unknown): string | undefined {
  const key = (pair as { key?: { value?: unknown } }).key;
  return key === undefined ? undefined : String(key.value);
}

type Schema = {
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
  unwrap?: () => unknown;
  options?: unknown[];
};

/** The keys that a schema knows at a path, as far as it is made of plain objects; of a union, those of all its branches. */
function knownKeys(schema: unknown, path: readonly PropertyKey[]): string[] {
  let at = schema as Schema | undefined;
  while (typeof at?.unwrap === "function" && at.shape === undefined && at.element === undefined)
    at = at.unwrap() as Schema;
  if (at?.options !== undefined) return at.options.flatMap((option) => knownKeys(option, path));
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(at?.shape ?? {});
  return knownKeys(at?.shape?.[String(step)] ?? at?.element ?? at?.valueType, rest);
}

function printPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? String(step) : `${text}.${String(step)}`,
    "",
  );
}
