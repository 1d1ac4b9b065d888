import type { Finding, ImagePlace, Skipped } from "../finding/finding.ts";
import { fingerprintOf } from "../finding/fingerprint.ts";
import { compareFindings, comparePlaces, compareSeverities } from "../finding/order.ts";
import { lengthOnly } from "../finding/redact.ts";
import type { ImageLayer } from "../image/assemble.ts";
import type { Base } from "../layer/spot.ts";
import { type Censor, censorAll, createCensor } from "./censor.ts";
import type { ImageScan, ScannedLayer, ScanStats } from "./image-scan.ts";
import type { Group, Ledger, Sighting } from "./ledger.ts";
import { type Atlas, placesOf } from "./place.ts";
import type { Search } from "./search.ts";

/** Something that was not read, or not opened, before it is known what its blob is for. */
export type Remark = { readonly place: Base; readonly why: string };

/** Everything that a scan has come to know. */
export type Gathered = {
  readonly search: Search;
  readonly ledger: Ledger;
  readonly atlas: Atlas;
  readonly skipped: readonly Remark[];
  readonly unopened: readonly Remark[];
  readonly stats: ScanStats;
};

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

/** Puts what was gathered into words and places, and takes every value out of them. */
export function conclude({ search, ledger, atlas, skipped, unopened, stats }: Gathered): ImageScan {
  const censor = createCensor(search, ledger.values());
  const remarks = [...remarksOf(skipped, atlas), ...atlas.assembled.problems];
  if (ledger.overflowed()) {
    remarks.push({ what: "the findings", why: "there are too many: not all of them are listed" });
  }
  for (const rule of search.exhausted()) {
    remarks.push({ what: `the rule ${rule}`, why: "too much looks like it: not all of it was judged" });
  }
  const scan: ImageScan = {
    complete: remarks.length === 0,
    topDigest: atlas.assembled.topDigest,
    images: atlas.assembled.images.map((image) => ({ ...image, layers: image.layers.map(scannedLayer) })),
    findings: findingsOf(ledger.groups(), atlas, censor),
    skipped: unique(remarks),
    unopened: unique(remarksOf(unopened, atlas)),
    stats,
  };
  return censorAll(scan, censor);
}

function scannedLayer(layer: ImageLayer): ScannedLayer {
  const { index, digest, diffId, createdBy, historyIndex, bytes, wasSearched } = layer;
  return { index, digest, diffId, createdBy, historyIndex, bytes, wasSearched };
}

function findingsOf(groups: readonly Group[], atlas: Atlas, censor: Censor): Finding[] {
  const found = groups.map((group) => {
    const seen = group.sightings
      .flatMap((sighting) => placesOf(sighting, atlas).map((place) => ({ sighting, place: censorAll(place, censor) })))
      .sort((a, b) => compareSeverities(a.sighting.severity, b.sighting.severity) || comparePlaces(a.place, b.place));
    return { group, seen };
  });
  found.sort((a, b) => comparePlaces(a.seen[0]!.place, b.seen[0]!.place));
  const told = new Set<string>();
  const news = found.flatMap(({ group, seen }) => {
    // The same document can lie in the archive in two versions.
    const fresh = seen.filter(({ place }) => !told.has(toldKey(group, place)));
    for (const { place } of fresh) told.add(toldKey(group, place));
    const [first] = fresh;
    return first === undefined ? [] : [{ group, first: first.sighting, places: fresh.map(({ place }) => place) }];
  });
  const used = new Map<string, number>();
  return news
    .map(({ group, first, places }) => {
      const { rule, key } = ruleOf(group);
      const fingerprint = fingerprintOf(rule, key, places[0]!);
      const count = (used.get(fingerprint) ?? 0) + 1;
      used.set(fingerprint, count);
      const unique = count === 1 ? fingerprint : fingerprintOf(rule, `${key}#${count}`, places[0]!);
      return finding(group, first, places, unique);
    })
    .sort(compareFindings);
}

function toldKey({ what }: Group, place: ImagePlace): string {
  return JSON.stringify([what.kind === "known" ? what.name : what.verdict.value, place]);
}

function ruleOf({ what }: Group): { rule: string; key: string } {
  return what.kind === "known"
    ? { rule: "known-value", key: what.name }
    : { rule: what.rule, key: what.verdict.key ?? "" };
}

function finding(group: Group, first: Sighting, places: readonly ImagePlace[], fingerprint: string): Finding {
  const { what } = group;
  const [where, ...rest] = places as [ImagePlace, ...ImagePlace[]];
  const gone =
    where.deletedIn === undefined ? "" : `; layer ${where.deletedIn} replaces or deletes it, but it stays in the image`;
  const more = group.more === 0 ? "" : ` (${group.more} more places are not listed)`;
  const place = `is in ${surfaceNames[where.surface]}${gone}${more}`;
  const elsewhere = rest.length === 0 ? {} : { places: rest };
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

function remarksOf(remarks: readonly Remark[], atlas: Atlas): Skipped[] {
  return remarks.map(({ place, why }) => {
    const [role] = atlas.assembled.roles.get(place.root) ?? [];
    const blob = atlas.blobs.get(place.root)?.path ?? "the archive";
    const inside =
      role?.kind === "layer"
        ? `layer ${role.layer} of ${atlas.assembled.images[role.image]!.platform}`
        : role === undefined
          ? blob
          : `the ${role.kind} ${blob}`;
    return { what: place.path.length === 0 ? inside : `${place.path.join(" → ")} in ${inside}`, why };
  });
}

function unique(remarks: readonly Skipped[]): Skipped[] {
  const seen = new Set<string>();
  return remarks.filter(({ what, why }) => {
    const key = `${what}\0${why}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
