import { SealError } from "../error.ts";
import type { Finding } from "./finding.ts";

/** A finding that is known and is not to be shown again. */
export type BaselineEntry = {
  readonly fingerprint: string;
  readonly rule: string;
  /** The file or path, for people and to tell which entries a run can judge; no line and no layer, which change. */
  readonly where: string;
};

/** A value that was issued or given must never be in what is published: no list can allow it. */
const NEVER = "known-value";

/** Reads a baseline file. @throws SealError CONFIG */
export function parseBaseline(path: string, text: string): BaselineEntry[] {
  const wrong = (what: string) =>
    new SealError("CONFIG", `${path}: ${what}`, "Mend it, or remove it and write it anew with --update-baseline");
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw wrong("it is no JSON");
  }
  const { version, findings } = (document ?? {}) as { readonly version?: unknown; readonly findings?: unknown };
  if (version !== 1) throw wrong("it is no baseline of version 1");
  if (!Array.isArray(findings)) throw wrong("it has no list of findings");
  return findings.map((entry: Partial<Record<keyof BaselineEntry, unknown>> | null, index) => {
    const { fingerprint, rule, where } = entry ?? {};
    if (typeof fingerprint !== "string" || typeof rule !== "string" || typeof where !== "string") {
      throw wrong(`finding ${index + 1} has no fingerprint, rule or where`);
    }
    if (rule === NEVER) throw wrong(`finding ${index + 1} is of ${NEVER}, which no baseline can allow`);
    return { fingerprint, rule, where };
  });
}

/**
 * The baseline as a file: one finding a line and in order, so that a diff shows what came and went. A known value is left
 * out.
 */
export function printBaseline(entries: Iterable<BaselineEntry>): string {
  const lines = new Map<string, string>();
  for (const { where, rule, fingerprint } of entries) {
    if (rule === NEVER) continue;
    lines.set(JSON.stringify([where, rule, fingerprint]), JSON.stringify({ where, rule, fingerprint }));
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => `    ${line}`);
  return `{\n  "version": 1,\n  "findings": [${sorted.length === 0 ? "" : `\n${sorted.join(",\n")}\n  `}]\n}\n`;
}

/** A finding as an entry; `where` is its place without what changes from run to run. */
export function baselineEntry(finding: Finding, where: string): BaselineEntry {
  return { where, rule: finding.rule, fingerprint: finding.fingerprint };
}

/** Tells what a baseline knows from what is new, and which entries nothing was found for. */
export function applyBaseline<Item extends { readonly finding: Finding }>(
  items: readonly Item[],
  entries: readonly BaselineEntry[],
): { readonly fresh: Item[]; readonly known: Item[]; readonly unused: BaselineEntry[] } {
  const listed = new Set(entries.map(({ rule, fingerprint }) => `${rule} ${fingerprint}`));
  const used = new Set<string>();
  const fresh: Item[] = [];
  const known: Item[] = [];
  for (const item of items) {
    const { rule, fingerprint } = item.finding;
    const name = `${rule} ${fingerprint}`;
    if (rule === NEVER || !listed.has(name)) fresh.push(item);
    else {
      used.add(name);
      known.push(item);
    }
  }
  return { fresh, known, unused: entries.filter(({ rule, fingerprint }) => !used.has(`${rule} ${fingerprint}`)) };
}
