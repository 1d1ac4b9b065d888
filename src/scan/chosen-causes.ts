import type { Finding } from "../finding/finding.ts";
import { compareSeverities } from "../finding/order.ts";
import type { Group } from "./sighting.ts";

/** So many findings are told: nobody reads more, and each takes some KB in a report. */
const mostFindings = 10_000;
/** What one instruction left in the layers of several platforms is one finding: of its causes there can be more. */
const mostCauses = 20_000;
/** Of all causes together so many places are listed; of one at least the first. */
const mostPlaces = 20_000;

/** What is told of all that was found, so that an image made of secrets ends as a report of a known size. */
export type ChosenCauses = {
  readonly groups: readonly Group[];
  /** So many places of each are listed. */
  readonly placesOfEach: number;
  readonly isAll: boolean;
};

/** Known values are few and come first, then the worst. */
export function chooseCauses(groups: readonly Group[]): ChosenCauses {
  const isAll = groups.length <= mostCauses;
  const chosen = isAll ? groups : [...groups].sort(compareGroups).slice(0, mostCauses);
  return { groups: chosen, placesOfEach: Math.max(1, Math.floor(mostPlaces / Math.max(1, chosen.length))), isAll };
}

/** Known values, and the worst of the others. @param findings in their order, which they keep */
export function chooseFindings(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= mostFindings) return findings;
  const others = findings.filter(({ rule }) => rule !== "known-value");
  const room = Math.max(0, mostFindings - (findings.length - others.length));
  const chosen = new Set(others.slice(0, room));
  return findings.filter((finding) => finding.rule === "known-value" || chosen.has(finding));
}

function compareGroups(a: Group, b: Group): number {
  const isKnown = ({ what }: Group) => (what.kind === "known" ? 0 : 1);
  return isKnown(a) - isKnown(b) || compareSeverities(worstOf(a), worstOf(b)) || a.root - b.root;
}

function worstOf({ sightings }: Group) {
  return sightings.reduce(
    (worst, { severity }) => (compareSeverities(severity, worst) < 0 ? severity : worst),
    sightings[0]!.severity,
  );
}
