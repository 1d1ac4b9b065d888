import type { Finding, ImagePlace } from "../finding/finding.ts";
import { lengthOnly } from "../finding/redact.ts";
import type { Group, Sighting } from "./sighting.ts";

const surfaceNames: Readonly<Record<ImagePlace["surface"], string>> = {
  layer: "a file",
  config: "the image's config",
  history: "the image's history",
  attestation: "an attestation",
  annotation: "an annotation",
  path: "a file's name",
  archive: "the archive around the image",
  metadata: "what a layer says of a file",
  slack: "bytes between the files of a layer",
};

const remedies: Readonly<Record<ImagePlace["surface"], string>> = {
  layer:
    "Find what writes it in the instruction that made the layer, and build again: removing it in a later instruction leaves it in the image.",
  config: "Do not set it by ENV or LABEL: mount it into the steps that need it.",
  history: "Do not pass it by ARG, nor write it into an instruction: mount it into the steps that need it.",
  attestation: "Do not pass it by ARG or in a build's address: provenance and SBOM record them.",
  annotation: "Take it out of the annotations.",
  path: "Find what names a file after it in the instruction that made the layer.",
  archive: "Take it out of the image's name or annotations.",
  metadata: "Find what sets this attribute in the instruction that made the layer.",
  slack: "Make the layer again with another tool: this one leaves old bytes between files.",
};

/** A secret that was found, in words; `places` are in the order in which they are named. */
export function findingOf(
  { what, more: unlisted }: Pick<Group, "what" | "more">,
  first: Sighting,
  places: readonly ImagePlace[],
  fingerprint: string,
): Finding {
  const [where, ...rest] = places as [ImagePlace, ...ImagePlace[]];
  const gone =
    where.deletedIn === undefined ? "" : `; layer ${where.deletedIn} replaces or deletes it, but it stays in the image`;
  const place = `is in ${surfaceNames[where.surface]}${gone}`;
  const elsewhere = {
    ...(rest.length === 0 ? {} : { places: rest }),
    ...(unlisted === 0 ? {} : { unlisted }),
  };
  if (what.kind === "known") {
    return {
      rule: "known-value",
      severity: "error",
      message: `The secret ${what.name} ${place}`,
      remedy: `${remedies[where.surface]} Take the value for known.`,
      fingerprint,
      secret: { name: what.name, encoding: first.encoding ?? what.encoding, redacted: lengthOnly(first.length) },
      where,
      ...elsewhere,
    };
  }
  const { severity, what: title, redacted } = what.verdict;
  return {
    rule: what.rule,
    severity,
    message: `${title[0]!.toUpperCase()}${title.slice(1)} ${place}`,
    remedy: what.remedy,
    fingerprint,
    secret: { redacted },
    where,
    ...elsewhere,
  };
}
