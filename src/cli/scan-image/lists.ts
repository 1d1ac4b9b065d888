import { SealError } from "../../error.ts";
import { type BaselineEntry, baselineEntry, parseBaseline, printBaseline } from "../../finding/baseline.ts";
import type { Finding, LeftOut } from "../../finding/finding.ts";
import { compareFindings } from "../../finding/order.ts";
import { plural } from "../../report/amount.ts";
import { betweenNames, placePath } from "../../report/place-text.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { type CanTell, listFindings } from "../../scan/list-finding.ts";
import { parsePathGlob } from "../../scan/path-glob.ts";
import { type IgnoreEntry, type Suppressed, suppress } from "../../scan/suppress.ts";
import { readText } from "../../system/text-file.ts";
import { type Machine, withUserUmask } from "../machine.ts";
import type { ScanSettings } from "./settings.ts";

/** What is known already, as it was read before anything is scanned: a wrong name is to be said at once. */
export type OpenLists = {
  readonly baseline:
    | { readonly path: string; readonly text: string; readonly entries: readonly BaselineEntry[] }
    | undefined;
  readonly ignores: readonly IgnoreEntry[];
};

/** What is left of the findings, and what of them was left out. */
export type Judged = { readonly findings: readonly Finding[]; readonly leftOut: readonly LeftOut[] };

/** @throws SealError CONFIG */
export async function openLists(
  { baseline, ignore }: Pick<ScanSettings, "baseline" | "ignore">,
  rules: ReadonlySet<string>,
  isWritten = false,
): Promise<OpenLists> {
  return {
    baseline: baseline === undefined ? undefined : await openBaseline(baseline, isWritten),
    ignores: await openIgnores(ignore, rules),
  };
}

async function openBaseline(path: string, isNew: boolean): Promise<NonNullable<OpenLists["baseline"]>> {
  const text = await readText(path);
  if (text !== undefined) return { path, text, entries: parseBaseline(path, text) };
  if (isNew) return { path, text: "", entries: [] };
  throw new SealError("CONFIG", `${path}: no such file`, "Write it with --update-baseline");
}

async function openIgnores(
  ignore: ScanSettings["ignore"],
  rules: ReadonlySet<string>,
): Promise<readonly IgnoreEntry[]> {
  if (ignore === undefined) return [];
  const file = typeof ignore === "string" ? ignore : ignore.file;
  const text = await readText(file);
  if (text === undefined) throw new SealError("CONFIG", `${file}: no such file`, "Name an existing file with --ignore");
  // it brings zod and yaml, 60 ms
  const { readIgnoreFile, readIgnoreKey } = await import("../../config/ignore-list.ts");
  return typeof ignore === "string"
    ? readIgnoreFile(file, text, rules)
    : readIgnoreKey(ignore.entries, file, text, rules);
}

export type JudgeAsk = {
  readonly lists: OpenLists;
  readonly ran: ReadonlySet<string>;
  /** All of the image was asked for and read. */
  readonly isWhole: boolean;
  /** Globs of paths at which rules did not report. */
  readonly skipPaths: readonly string[];
  readonly now: number;
};

/** The findings that nobody has decided about, and what is wrong with the lists. */
export function judge(findings: readonly Finding[], ask: JudgeAsk): Judged {
  const { baseline, ignores } = ask.lists;
  const today = new Date(ask.now).toISOString().slice(0, 10);
  const suppressed = suppress(findings, { baseline: baseline?.entries ?? [], ignores, today });
  const remarks = listFindings(suppressed, tellerOf(findings, ask), (entry) => placeOf(entry, baseline));
  return {
    findings: [...suppressed.fresh, ...remarks].sort(compareFindings),
    leftOut: leftOutOf(suppressed, baseline?.path ?? ""),
  };
}

/**
 * An entry is known to be of no use by a scan that is whole, for a rule that ran, at a path where rules reported and at which no
 * known value is told instead.
 */
function tellerOf(findings: readonly Finding[], { ran, isWhole, skipPaths }: JudgeAsk): CanTell {
  const skipped = skipPaths.map(parsePathGlob);
  const known = findings.filter(({ rule }) => rule === "known-value");
  const taken = new Set(known.flatMap(({ where, places = [] }) => [where, ...places].map(placePath)));
  return (rule, path) => {
    if (!isWhole || !ran.has(rule)) return false;
    if (path === undefined) return skipped.length === 0;
    return !taken.has(path) && !skipped.some((hits) => hits(path.split(betweenNames)));
  };
}

function leftOutOf({ known, ignored }: Suppressed, path: string): LeftOut[] {
  const reasons = Map.groupBy(ignored, ({ entry }) => entry);
  const out: LeftOut[] = [...reasons].map(([{ rule, path, fingerprint, reason, at }, { length }]) => ({
    what: `${rule} at ${path ?? fingerprint}`,
    why: `${at.file}:${at.line} ignores it: ${reason}`,
    count: length,
  }));
  if (known.length > 0)
    out.push({ what: plural(known.length, "finding"), why: `${path} lists them`, count: known.length });
  return out;
}

function placeOf({ fingerprint }: BaselineEntry, baseline: OpenLists["baseline"]) {
  const { path: file = "", text = "" } = baseline ?? {};
  const before = text.slice(0, Math.max(0, text.indexOf(fingerprint))).split("\n");
  const line = before.length;
  const column = before.at(-1)!.length + 1;
  return { file, line, column, endLine: line, endColumn: column + fingerprint.length };
}

/** Writes what is found now, and keeps what this scan cannot judge. */
export async function updateBaseline(scan: ImageScan, ask: JudgeAsk, machine: Machine): Promise<Judged> {
  const { path, text, entries } = ask.lists.baseline!;
  // what is ignored need not be known, too
  const open = judge(scan.findings, { ...ask, lists: { ...ask.lists, baseline: undefined } });
  const secrets = open.findings.filter(({ where }) => !("file" in where));
  const canTell = tellerOf(scan.findings, ask);
  const kept = entries.filter(({ rule, where }) => !canTell(rule, where));
  const fresh = secrets.map((finding) => baselineEntry(finding, placePath(finding.where)));
  const written = printBaseline([...kept, ...fresh]);
  if (written !== text) {
    const { writeAtomically } = await import("../../system/atomic-file.ts");
    await withUserUmask(machine, () => writeAtomically(path, new TextEncoder().encode(written), undefined));
  }
  machine.say(`${path}: ${changesOf(entries, parseBaseline(path, written))}.`);
  const known = secrets.filter(({ rule }) => rule !== "known-value");
  return {
    findings: open.findings.filter((finding) => !known.includes(finding)),
    leftOut: [
      ...open.leftOut,
      ...(known.length === 0
        ? []
        : [{ what: plural(known.length, "finding"), why: `${path} lists them now`, count: known.length }]),
    ],
  };
}

/** What came and went, for whoever writes a baseline without looking at the difference. */
function changesOf(before: readonly BaselineEntry[], after: readonly BaselineEntry[]): string {
  const name = ({ rule, fingerprint }: BaselineEntry) => `${rule} ${fingerprint}`;
  const old = new Set(before.map(name));
  const now = new Set(after.map(name));
  const added = after.filter((entry) => !old.has(name(entry))).length;
  const gone = before.filter((entry) => !now.has(name(entry)));
  const went = gone.slice(0, 5).map(({ rule, where }) => `${rule} in ${where}`);
  const more = gone.length > went.length ? ` and ${gone.length - went.length} more` : "";
  const lost = gone.length === 0 ? "none was taken out" : `${gone.length} taken out (${went.join(", ")}${more})`;
  return `${plural(after.length, "finding")}, ${added} of them new; ${lost}`;
}
