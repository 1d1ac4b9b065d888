import { applyBaseline, type BaselineEntry } from "../finding/baseline.ts";
import type { Finding, ImagePlace } from "../finding/finding.ts";
import { type PathGlob, parsePathGlob } from "./path-glob.ts";

/** An entry of an ignore list, and where it stands. */
export type IgnoreEntry = {
  readonly rule: string;
  readonly path?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly reason: string;
  readonly expires?: string | undefined;
  readonly at: { readonly file: string; readonly line: number; readonly column: number };
};

/** What is not to be reported. */
export type Lists = {
  readonly baseline: readonly BaselineEntry[];
  readonly ignores: readonly IgnoreEntry[];
  /** `2030-12-31`, in UTC. */
  readonly today: string;
};

/** An entry that ignored nothing; it may cover some places of a finding, and not all. */
export type UnusedIgnore = { readonly entry: IgnoreEntry; readonly coversPart: boolean };

/** What is left when the lists have spoken, and what of them is of no use any more. */
export type Suppressed = {
  readonly fresh: readonly Finding[];
  readonly known: readonly Finding[];
  readonly ignored: readonly { readonly finding: Finding; readonly entry: IgnoreEntry }[];
  readonly expired: readonly IgnoreEntry[];
  readonly unusedIgnores: readonly UnusedIgnore[];
  readonly unusedBaseline: readonly BaselineEntry[];
};

/** A value that was issued or given must never be in what is published: no list can allow it. */
const never = "known-value";

/**
 * Takes out of the findings what the lists know. A finding goes only if all its places are ignored: by a path none goes that
 * has places which are not listed.
 */
export function suppress(findings: readonly Finding[], { baseline, ignores, today }: Lists): Suppressed {
  const used = new Set<IgnoreEntry>();
  const part = new Set<IgnoreEntry>();
  const holding = ignores.map((entry) => ({ entry, reach: reachOf(entry) }));
  const ignored: { finding: Finding; entry: IgnoreEntry }[] = [];
  const heard = findings.filter((finding) => {
    if (finding.rule === never) return true;
    const reached = holding.map(({ entry, reach }) => ({ entry, covers: reach(finding) }));
    for (const { entry, covers } of reached) if (covers === "part") part.add(entry);
    const entries = reached.filter(({ covers }) => covers === "all").map(({ entry }) => entry);
    for (const entry of entries) used.add(entry);
    const entry = entries.find((one) => !isExpired(one, today));
    if (entry !== undefined) ignored.push({ finding, entry });
    return entry === undefined;
  });
  const { fresh, known } = applyBaseline(
    heard.map((finding) => ({ finding })),
    baseline,
  );
  // what is ignored is there all the same
  const { unused } = applyBaseline(
    findings.map((finding) => ({ finding })),
    baseline,
  );
  return {
    fresh: fresh.map(({ finding }) => finding),
    known: known.map(({ finding }) => finding),
    ignored,
    expired: ignores.filter((entry) => isExpired(entry, today)),
    unusedIgnores: ignores
      .filter((entry) => !used.has(entry) && !isExpired(entry, today))
      .map((entry) => ({ entry, coversPart: part.has(entry) })),
    unusedBaseline: unused,
  };
}

/** It holds on its last day, too. */
function isExpired({ expires }: IgnoreEntry, today: string): boolean {
  return expires !== undefined && expires < today;
}

type Reach = (finding: Finding) => "all" | "part" | "nothing";

function reachOf({ rule, path, fingerprint }: IgnoreEntry): Reach {
  const glob = path === undefined ? undefined : parsePathGlob(path);
  return (finding) => {
    if (finding.rule !== rule || (fingerprint !== undefined && finding.fingerprint !== fingerprint)) return "nothing";
    if (glob === undefined) return "all";
    const { where, places = [], unlisted = 0 } = finding;
    const covered = [where, ...places].filter((place) => isAt(place as ImagePlace, glob)).length;
    if (covered === 0) return "nothing";
    return covered === 1 + places.length + unlisted ? "all" : "part";
  };
}

function isAt({ path, inner = [] }: ImagePlace, glob: PathGlob): boolean {
  return path !== undefined && glob([path, ...inner]);
}
