import { compareSeverities } from "../finding/order.ts";
import type { Hit } from "./hit.ts";
import { contentRules } from "./rule/every-rule.ts";
import type { Group, Sighting } from "./sighting.ts";

type Pattern = Extract<Hit["what"], { kind: "pattern" }>;

/** So many neighbours of a place are looked at: what overlaps with more of them is no secret. */
const mostNeighbours = 16;

/**
 * Which of two rules tells what a secret is: the one that holds it for worse; of two that agree the one that knows it by
 * its own form and not by its surroundings, for that one knows what to do; else the first by name, to be the same in every
 * build.
 */
export function tellsBetter(a: Pattern, b: Pattern): boolean {
  const severity = compareSeverities(a.verdict.severity, b.verdict.severity);
  if (severity !== 0 || a.rule === b.rule) return severity < 0;
  const [isByForm, isOther] = [isKnownByForm(a), isKnownByForm(b)];
  return isByForm === isOther ? a.rule < b.rule : isByForm;
}

function isKnownByForm({ rule, verdict }: Pattern): boolean {
  const literals = contentRules.find(({ id }) => id === rule)?.literals ?? [];
  return literals.some((literal) => verdict.value.includes(literal));
}

/**
 * Leaves out what another rule has found at all the same places: a key and the file it stands in, a token and the
 * password that it is used as. Both mean the same bytes, or most of them.
 */
export function withoutSame(groups: readonly Group[]): readonly Group[] {
  const seconds: Seconds = new Map();
  for (const seen of placesOf(groups).values()) {
    seen.sort((a, b) => a.sighting.offset - b.sighting.offset);
    seen.forEach((one, index) => {
      const end = one.sighting.offset + one.sighting.length;
      for (const other of seen.slice(index + 1, index + 1 + mostNeighbours)) {
        if (other.sighting.offset >= end) break;
        if (one.group === other.group || !isMostly(one.sighting, other.sighting)) continue;
        note(seconds, one, other.group);
        note(seconds, other, one.group);
      }
    });
  }
  const isSecond = (group: Group): boolean =>
    [...(seconds.get(group) ?? [])].some(
      ([other, places]) => places.size >= group.sightings.length && isBetter(other, group),
    );
  return groups.filter((group) => !isSecond(group));
}

/** Of a group: at which of its places each other one was found too. */
type Seconds = Map<Group, Map<Group, Set<Sighting>>>;

type Seen = { readonly group: Group; readonly sighting: Sighting };

function placesOf(groups: readonly Group[]): Map<string, Seen[]> {
  const places = new Map<string, Seen[]>();
  for (const group of groups) {
    if (group.what.kind !== "pattern") continue;
    for (const sighting of group.sightings) {
      if (sighting.pointer !== undefined) continue;
      const place = `${sighting.root}\0${sighting.kind}\0${sighting.path.join("\0")}`;
      const seen = places.get(place);
      if (seen === undefined) places.set(place, [{ group, sighting }]);
      else seen.push({ group, sighting });
    }
  }
  return places;
}

function isMostly(a: Sighting, b: Sighting): boolean {
  const shared = Math.min(a.offset + a.length, b.offset + b.length) - Math.max(a.offset, b.offset);
  return shared * 2 >= Math.max(a.length, b.length);
}

function note(seconds: Seconds, { group, sighting }: Seen, other: Group): void {
  const others = seconds.get(group) ?? new Map<Group, Set<Sighting>>();
  seconds.set(group, others);
  others.set(other, (others.get(other) ?? new Set<Sighting>()).add(sighting));
}

/** Of two there is always just one. */
function isBetter({ what: a }: Group, { what: b }: Group): boolean {
  if (a.kind !== "pattern" || b.kind !== "pattern") return a.kind === "known";
  if (a.rule === b.rule) return a.verdict.value < b.verdict.value;
  return tellsBetter(a, b);
}
