import type { Encoding, Severity } from "../finding/finding.ts";
import { compareSeverities } from "../finding/order.ts";
import type { SpotKind } from "../layer/spot.ts";
import type { Hit } from "./hit.ts";

/** One place of a finding, before it is known what its blob is for. */
export type Sighting = {
  readonly root: number;
  readonly kind: SpotKind;
  readonly path: readonly string[];
  /** In a JSON document: the way to the string, instead of an offset. */
  readonly pointer: readonly string[] | undefined;
  readonly severity: Severity;
  /** How a known value was written there. */
  encoding: Encoding | undefined;
  offset: number;
  length: number;
  readonly line: number | undefined;
};

/** The same secret in the same blob, wherever in it: one cause. */
export type Group = {
  what: Hit["what"];
  readonly root: number;
  readonly sightings: Sighting[];
  /** How many more there were than are kept. */
  more: number;
};

export type Ledger = {
  readonly add: (hit: Hit, pointer?: readonly string[]) => void;
  readonly groups: () => readonly Group[];
  /** What rules found, to be kept out of everything that is shown. */
  readonly values: () => readonly string[];
  /** Were there more patterns than are kept? */
  readonly overflowed: () => boolean;
};

const mostSightings = 200;
/** Secrets found by rules. Known values are few, and are never left out. */
const mostPatterns = 20_000;
/** A value that is wrapped is seen line by line: what is no further apart than a line's end is one. */
const lineEndBytes = 4;
/** How many sightings back the same bytes may have been seen in another form. */
const lookBack = 8;

export function createLedger(): Ledger {
  const groups = new Map<string, Group>();
  const values = new Set<string>();
  let overflowed = false;

  function add(hit: Hit, pointer?: readonly string[]): void {
    const { what, spot } = hit;
    const key =
      what.kind === "known" ? `known\0${what.name}\0${spot.root}` : `${what.rule}\0${what.verdict.value}\0${spot.root}`;
    let group = groups.get(key);
    if (group === undefined) {
      if (what.kind === "pattern") {
        if (values.size >= mostPatterns) {
          overflowed = true;
          return;
        }
        values.add(what.verdict.value);
      }
      group = { what, root: spot.root, sightings: [], more: 0 };
      groups.set(key, group);
    }
    // How bad it is can depend on the place: the worst counts.
    if (what.kind === "pattern" && group.what.kind === "pattern" && isWorse(what.verdict, group.what.verdict)) {
      group.what = what;
    }
    const seen: Sighting = {
      root: spot.root,
      kind: spot.kind,
      path: spot.path,
      pointer,
      severity: what.kind === "known" ? "error" : what.verdict.severity,
      encoding: what.kind === "known" ? what.encoding : undefined,
      offset: hit.offset,
      length: hit.length,
      line: hit.line,
    };
    const same = group.sightings.slice(-lookBack).find((other) => touches(other, seen));
    if (same !== undefined) {
      // The whole and a part of it, or two rules' literals in one secret.
      if (seen.length > same.length) same.encoding = seen.encoding;
      const end = Math.max(same.offset + same.length, seen.offset + seen.length);
      same.offset = Math.min(same.offset, seen.offset);
      same.length = end - same.offset;
    } else if (group.sightings.length < mostSightings) {
      group.sightings.push(seen);
    } else {
      group.more++;
    }
  }

  return {
    add,
    groups: () =>
      [...groups.values()].map((group) => {
        // What was read as a document, or unpacked, says more than the bytes it came from.
        const better = group.sightings.filter(({ pointer, kind }) => pointer !== undefined || kind !== "packed");
        const pointed = better.filter(({ pointer }) => pointer !== undefined);
        const sightings = [pointed, better, group.sightings].find((some) => some.length > 0)!;
        return { ...group, sightings };
      }),
    values: () => [...values],
    overflowed: () => overflowed,
  };
}

function isWorse(a: { readonly severity: Severity }, b: { readonly severity: Severity }): boolean {
  return compareSeverities(a.severity, b.severity) < 0;
}

function touches(a: Sighting, b: Sighting): boolean {
  return (
    a.kind === b.kind &&
    a.offset <= b.offset + b.length + lineEndBytes &&
    b.offset <= a.offset + a.length + lineEndBytes &&
    same(a.path, b.path) &&
    same(a.pointer ?? [], b.pointer ?? [])
  );
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
