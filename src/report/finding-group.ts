import type { Finding, ImagePlace } from "../finding/finding.ts";
import { compareFindings } from "../finding/order.ts";
import { layerName } from "./place-text.ts";

/** What one cause has left: an instruction in its layer, or whoever wrote the config. */
export type FindingGroup = {
  /** Printable. */
  readonly title: string;
  readonly findings: readonly Finding[];
};

/** Findings by what made them; where the worst is comes first, and in it the worst. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const several = new Set(findings.flatMap(platformsOf)).size > 1;
  const groups = new Map<string, Finding[]>();
  for (const finding of findings.toSorted(compareKnownFirst)) {
    const title = titleOf(finding, several);
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [finding]);
    else group.push(finding);
  }
  return [...groups].map(([title, found]) => ({ title, findings: found }));
}

/** The platforms that a finding is in, in order. */
export function platformsOf({ where, places = [] }: Finding): string[] {
  const named = [where, ...places].flatMap((place) => ("platform" in place && place.platform ? [place.platform] : []));
  return [...new Set(named)].sort();
}

function compareKnownFirst(a: Finding, b: Finding): number {
  const isKnown = ({ rule }: Finding) => (rule === "known-value" ? 0 : 1);
  return isKnown(a) - isKnown(b) || compareFindings(a, b);
}

const titles: Readonly<Partial<Record<ImagePlace["surface"], string>>> = {
  config: "The image's config and history",
  history: "The image's config and history",
  attestation: "Attestations",
  annotation: "Annotations",
};

function titleOf(finding: Finding, several: boolean): string {
  const { where } = finding;
  if ("file" in where) return "The lists";
  const platforms = several ? platformsOf(finding) : [];
  const of = platforms.length === 0 ? "" : ` of ${platforms.join(", ")}`;
  const layer = layerName(where, of);
  if (layer !== undefined) return layer;
  const title = titles[where.surface];
  if (title !== undefined) return `${title}${of}`;
  return where.surface === "archive" ? "The archive around the image" : "Files";
}
