import { compareSeverities } from "../finding/order.ts";
import type { Hit } from "./hit.ts";
import { tellsBetter, withoutSame } from "./same-secret.ts";
import type { Group, Sighting } from "./sighting.ts";
import { withoutKeyParts } from "./whole-key.ts";

/** Places of one kind, as many as are kept. */
type SightingList = { readonly all: Sighting[]; more: number };

/** How a place is known, the best first: only the best that there are are told, so each is counted apart. */
const ways = ["in a document", "in a file", "packed"] as const;

type Gathered = {
  what: Hit["what"];
  readonly root: number;
  readonly lists: Record<(typeof ways)[number], SightingList>;
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
/** Of all secrets together. Then each has one place, and a number. */
const mostKept = 100_000;
/** Secrets found by rules, each counted in each layer. Known values are few, and are never left out. */
const mostPatterns = 20_000;
/** Of one key, which mostly has an id and a token. */
const mostParts = 16;
/** A value that is wrapped is seen line by line: what is no further apart than a line's end is one. */
const lineEndBytes = 4;
/** How many sightings back the same bytes may have been seen in another form. */
const lookBack = 8;

export function createLedger(): Ledger {
  const groups = new Map<string, Gathered>();
  const values = new Set<string>();
  let overflowed = false;
  let kept = 0;
  let patterns = 0;

  function add(hit: Hit, pointer?: readonly string[]): void {
    const { what, spot } = hit;
    const key =
      what.kind === "known" ? `known\0${what.name}\0${spot.root}` : `value\0${what.verdict.value}\0${spot.root}`;
    let group = groups.get(key);
    if (group === undefined) {
      if (what.kind === "pattern") {
        if (patterns >= mostPatterns) {
          overflowed = true;
          return;
        }
        patterns++;
        values.add(what.verdict.value);
      }
      const lists = { "in a document": createList(), "in a file": createList(), packed: createList() };
      group = { what, root: spot.root, lists };
      groups.set(key, group);
    }
    // Several rules can know one value, and how bad it is can depend on the place: the worst counts.
    if (what.kind === "pattern" && group.what.kind === "pattern") {
      const [known, told] = [group.what.verdict, what.verdict];
      const credentials =
        known.credentials === undefined || (known.credentials.token === undefined && told.credentials?.token)
          ? told.credentials
          : known.credentials;
      const parts = [...new Set([...(known.parts ?? []), ...(told.parts ?? [])])].slice(0, mostParts);
      if (tellsBetter(what, group.what)) group.what = what;
      // the rest of a key need not stand beside it everywhere
      if (parts.length > 0) group.what = { ...group.what, verdict: { ...group.what.verdict, parts } };
      if (credentials !== undefined) group.what = { ...group.what, verdict: { ...group.what.verdict, credentials } };
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
      longest: hit.length,
      line: hit.line,
    };
    note(group.lists[pointer !== undefined ? "in a document" : spot.kind === "packed" ? "packed" : "in a file"], seen);
  }

  function note(list: SightingList, seen: Sighting): void {
    const same = list.all.slice(-lookBack).find((other) => touches(other, seen));
    const most = kept < mostKept ? mostSightings : 1;
    if (same !== undefined) {
      widen(same, seen);
    } else if (list.all.length < most) {
      kept++;
      list.all.push(seen);
    } else {
      list.more++;
    }
  }

  return {
    add,
    groups: () => {
      const all = [...groups.values()].map(({ what, root, lists }): Group => {
        const { all: sightings, more } = lists[ways.find((way) => lists[way].all.length > 0)!];
        return { what, root, sightings: joined(sightings), more };
      });
      return withoutKeyParts(withoutSame(all));
    },
    values: () => [...values],
    overflowed: () => overflowed,
  };
}

function createList(): SightingList {
  return { all: [], more: 0 };
}

/** The whole and a part of it, or two rules' literals in one secret. */
function widen(one: Sighting, other: Sighting): void {
  if (other.longest > one.longest) {
    one.encoding = other.encoding;
    one.longest = other.longest;
  }
  if (compareSeverities(other.severity, one.severity) < 0) one.severity = other.severity;
  const end = Math.max(one.offset + one.length, other.offset + other.length);
  one.offset = Math.min(one.offset, other.offset);
  one.length = end - one.offset;
}

/** Rules for whole files speak at a file's end, those for bytes while it is read: what is one place may have come as two. */
function joined(sightings: readonly Sighting[]): Sighting[] {
  const kept = new Map<string, Sighting[]>();
  return sightings.filter((sighting) => {
    const place = JSON.stringify([sighting.kind, sighting.path, sighting.pointer]);
    const there = kept.get(place);
    const same = there?.find((other) => touches(other, sighting));
    if (same !== undefined) widen(same, sighting);
    else if (there === undefined) kept.set(place, [sighting]);
    else there.push(sighting);
    return same === undefined;
  });
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
