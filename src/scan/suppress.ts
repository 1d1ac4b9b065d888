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

/** What is left when the lists have spoken, and what of them is of no use any more. */
export type Suppressed = {
  readonly fresh: readonly Finding[];
  readonly known: readonly Finding[];
  readonly ignored: readonly { readonly finding: Finding; readonly entry: IgnoreEntry }[];
  readonly expired: readonly IgnoreEntry[];
  readonly unusedIgnores: readonly IgnoreEntry[];
  readonly unusedBaseline: readonly BaselineEntry[];
};

/** A value that was issued or given must never be in what is published: no list can allow it. */
const never = "known-value";

/** Takes out of the findings what the lists know. A finding goes only if all its places are ignored. */
export function suppress(findings: readonly Finding[], { baseline, ignores, today }: Lists): Suppressed {
  const used = new Set<IgnoreEntry>();
  const holding = ignores.map((entry) => ({ entry, hits: hitter(entry) }));
  const ignored: { finding: Finding; entry: IgnoreEntry }[] = [];
  const heard = findings.filter((finding) => {
    if (finding.rule === never) return true;
    const entries = holding.filter(({ hits }) => hits(finding)).map(({ entry }) => entry);
    for (const entry of entries) used.add(entry);
    const entry = entries.find((one) => !isExpired(one, today));
    if (entry !== undefined) ignored.push({ finding, entry });
    return entry === undefined;
  });
  const { fresh, known, unused } = applyBaseline(
    heard.map((finding) => ({ finding })),
    baseline,
  );
  return {
    fresh: fresh.map(({ finding }) => finding),
    known: known.map(({ finding }) => finding),
    ignored,
    expired: ignores.filter((entry) => isExpired(entry, today)),
    unusedIgnores: ignores.filter((entry) => !used.has(entry) && !isExpired(entry, today)),
    unusedBaseline: unused,
  };
}

/** It holds on its last day, too. */
function isExpired({ expires }: IgnoreEntry, today: string): boolean {
  return expires !== undefined && expires < today;
}

function hitter({ rule, path, fingerprint }: IgnoreEntry): (finding: Finding) => boolean {
  const glob = path === undefined ? undefined : parsePathGlob(path);
  return (finding) =>
    finding.rule === rule &&
    (fingerprint === undefined || finding.fingerprint === fingerprint) &&
    (glob === undefined ||
      [finding.where, ...(finding.places ?? [])].every((place) => isAt(place as ImagePlace, glob)));
}

function isAt({ path, inner = [] }: ImagePlace, glob: PathGlob): boolean {
  return path !== undefined && glob([path, ...inner]);
}
