import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import { ignoreListSchema } from "../scan/ignore-schema.ts";
import type { IgnoreEntry } from "../scan/suppress.ts";
import { readDocument } from "./document.ts";

type Written = Omit<IgnoreEntry, "at">;

/**
 * Reads an ignore file: a YAML list of what is not to be reported.
 *
 * @param rules the rules that there are, `known-value` left out
 * @throws SealError CONFIG for what cannot be read, and for a rule that there is not or that nobody can ignore
 */
export async function readIgnoreFile(path: string, text: string, rules: ReadonlySet<string>): Promise<IgnoreEntry[]> {
  const entries = (await isEmpty(text)) ? [] : await readDocument(path, text, ignoreListSchema);
  return placed(entries, path, text, [], rules);
}

/** The list that stands in `scan.ignore` of a configuration, which was read already. @throws SealError CONFIG */
export async function readIgnoreKey(
  entries: readonly Written[],
  path: string,
  text: string,
  rules: ReadonlySet<string>,
): Promise<IgnoreEntry[]> {
  return placed(entries, path, text, ["scan", "ignore"], rules);
}

async function isEmpty(text: string): Promise<boolean> {
  const { parseDocument } = await import("yaml");
  const { contents, errors } = parseDocument(text, { prettyErrors: false });
  return errors.length === 0 && (contents === null || contents.toJSON() === null);
}

async function placed(
  entries: readonly Written[],
  file: string,
  text: string,
  way: readonly string[],
  rules: ReadonlySet<string>,
): Promise<IgnoreEntry[]> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return entries.map((entry, index) => {
    const node = document.getIn([...way, index], true) as { range?: readonly number[] | null } | undefined;
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    checkRule(entry.rule, `${file}:${line}:${col}`, rules);
    return { ...entry, at: { file, line, column: col } };
  });
}

function checkRule(rule: string, place: string, rules: ReadonlySet<string>): void {
  if (rules.has(rule)) return;
  if (rule === "known-value") {
    throw new SealError("CONFIG", `${place}: known-value can be ignored by nothing`, "Take the entry out");
  }
  const meant = nearest(rule, rules);
  throw new SealError(
    "CONFIG",
    `${place}: there is no rule of that name`,
    meant === undefined ? "Take the entry out" : `Did you mean \`${meant}\`?`,
  );
}
