import type { Finding, ImagePlace } from "../finding/finding.ts";
import { fingerprintOf, normalPlace } from "../finding/fingerprint.ts";
import { compareFindings, comparePlaces, compareSeverities } from "../finding/order.ts";
import { type Censor, censorAll } from "./censor.ts";
import { chooseCauses, chooseFindings } from "./chosen-causes.ts";
import { findingOf } from "./finding-text.ts";
import { type Atlas, placesOf } from "./place.ts";
import type { ScanOptions } from "./scan-options.ts";
import type { Group, Sighting } from "./sighting.ts";

type Seen = { readonly sighting: Sighting; readonly place: ImagePlace };
/** A secret with everything that one cause has done with it; the first place is named first. */
type Cause = { readonly what: Group["what"]; readonly more: number; readonly seen: readonly Seen[] };

/** Findings without a value in them, the worst first, and whether that is all there are. */
export type Gathering = { readonly findings: readonly Finding[]; readonly isAll: boolean };

/** What was found, as findings: one for each secret and each cause. */
export function gatherFindings(
  all: readonly Group[],
  atlas: Atlas,
  censor: Censor,
  onKey: ScanOptions["onKey"],
): Gathering {
  // what only images beside the chosen ones hold has no place
  const found = all.filter(({ sightings: [first] }) => placesOf(first!, atlas).length > 0);
  const { groups, placesOfEach, isAll } = chooseCauses(found);
  const placed = groups.map((group) => causeOf(group, atlas, censor, placesOfEach));
  placed.sort((a, b) => comparePlaces(a.seen[0]!.place, b.seen[0]!.place));
  const used = new Map<string, number>();
  const findings = joinPlatforms(withoutTold(placed))
    .map(({ what, more, seen }) => {
      const { rule, key } = ruleOf(what);
      const places = seen.map(({ place }) => place);
      const named = firstOfAll(places);
      const fingerprint = fingerprintOf(rule, key, named);
      const count = (used.get(fingerprint) ?? 0) + 1;
      used.set(fingerprint, count);
      const unique = count === 1 ? fingerprint : fingerprintOf(rule, `${key}#${count}`, named);
      if (what.kind === "pattern" && what.verdict.credentials !== undefined) onKey?.(unique, what.verdict.credentials);
      // the places are censored already, and there can be many
      const {
        where,
        places: others,
        unlisted,
        ...words
      } = findingOf({ what, more }, seen[0]!.sighting, places, unique);
      return {
        ...censorAll(words, censor),
        where,
        ...(others === undefined ? {} : { places: others }),
        ...(unlisted === undefined ? {} : { unlisted }),
      };
    })
    .sort(compareFindings);
  const chosen = chooseFindings(findings);
  return { findings: chosen, isAll: isAll && chosen.length === findings.length };
}

function causeOf({ what, more, sightings }: Group, atlas: Atlas, censor: Censor, most: number): Cause {
  const seen: Seen[] = [];
  // all are in one blob, which is used in the same places
  let count = 0;
  for (const sighting of sightings.toSorted((a, b) => compareSeverities(a.severity, b.severity))) {
    if (seen.length >= most) break;
    const places = placesOf(sighting, atlas);
    count = places.length * sightings.length;
    for (const place of places.slice(0, most - seen.length)) seen.push({ sighting, place: censorAll(place, censor) });
  }
  return { what, more: more + count - seen.length, seen: seen.sort(compareSeen) };
}

function compareSeen(a: Seen, b: Seen): number {
  return compareSeverities(a.sighting.severity, b.sighting.severity) || comparePlaces(a.place, b.place);
}

/** The same document can lie in the archive in two versions. */
function withoutTold(causes: readonly Cause[]): Cause[] {
  const told = new Set<string>();
  return causes.flatMap((cause) => {
    const name = nameOf(cause.what);
    const fresh = cause.seen.filter(({ place }) => !told.has(JSON.stringify([name, place])));
    for (const { place } of fresh) told.add(JSON.stringify([name, place]));
    return fresh.length === 0 ? [] : [{ ...cause, seen: fresh }];
  });
}

/** One instruction makes a layer of its own for each platform, and a config: what it left in all of them is one cause. */
function joinPlatforms(causes: readonly Cause[]): Cause[] {
  const joined = new Map<string, Cause[]>();
  const order: Cause[][] = [];
  for (const cause of causes) {
    const made = madeBy(cause.seen[0]!.place);
    const key = made === undefined ? undefined : JSON.stringify([nameOf(cause.what), made]);
    const others = key === undefined ? undefined : joined.get(key);
    const other = others?.findIndex((one) => isElsewhere(one, cause)) ?? -1;
    if (others !== undefined && other >= 0) {
      const first = others[other]!;
      others[other] = {
        ...first,
        more: first.more + cause.more,
        seen: [...first.seen, ...cause.seen].sort(compareSeen),
      };
    } else if (others !== undefined) {
      others.push(cause);
    } else {
      const list = [cause];
      order.push(list);
      if (key !== undefined) joined.set(key, list);
    }
  }
  return order.flat();
}

/** What has made it, where that is the same for all platforms. */
function madeBy({ surface, layer }: ImagePlace): string | undefined {
  if (layer !== undefined) return layer.createdBy;
  return surface === "config" || surface === "history" ? "config" : surface;
}

function isElsewhere(a: Cause, b: Cause): boolean {
  const platforms = new Set(a.seen.map(({ place }) => place.platform));
  return b.seen.every(({ place: { platform } }) => platform !== undefined && !platforms.has(platform));
}

/** The place that tells a finding from others in every build: which comes first in this one can be chance. */
function firstOfAll(places: readonly ImagePlace[]): ImagePlace {
  const named = places.map((place) => ({ place, name: normalPlace(place).join("\0") }));
  return named.reduce((first, one) => (one.name < first.name ? one : first)).place;
}

function nameOf(what: Group["what"]): string {
  return what.kind === "known" ? `known ${what.name}` : `value ${what.verdict.value}`;
}

function ruleOf(what: Group["what"]): { rule: string; key: string } {
  return what.kind === "known"
    ? { rule: "known-value", key: what.name }
    : { rule: what.rule, key: what.verdict.key ?? "" };
}
