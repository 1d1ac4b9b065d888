import type { LeftOut, Skipped } from "../finding/finding.ts";
import { type ImageLayer, wholeArchive } from "../image/assemble.ts";
import { censorAll, createCensor } from "./censor.ts";
import { gatherFindings } from "./gather-findings.ts";
import type { ImageScan, ScannedLayer, ScanStats } from "./image-scan.ts";
import type { Ledger } from "./ledger.ts";
import type { Atlas } from "./place.ts";
import { mostRemarks, type Remarks } from "./remark.ts";
import type { ScanOptions } from "./scan-options.ts";
import type { Search } from "./search.ts";

/** Everything that a scan has come to know. */
export type Gathered = {
  readonly search: Search;
  readonly ledger: Ledger;
  readonly atlas: Atlas;
  readonly skipped: Remarks;
  readonly unopened: Remarks;
  readonly leftOut: readonly LeftOut[];
  readonly stats: ScanStats;
  readonly onKey: ScanOptions["onKey"];
};

/** Puts what was gathered into words and places, and takes every value out of them. */
export function conclude({ search, ledger, atlas, skipped, unopened, leftOut, stats, onKey }: Gathered): ImageScan {
  const censor = createCensor(search, ledger.values());
  const remarks = [...remarksOf(skipped, atlas), ...atlas.assembled.problems];
  const { findings, isAll } = gatherFindings(ledger.groups(), atlas, censor, onKey);
  if (ledger.overflowed() || !isAll) {
    remarks.push({ what: "the findings", why: "there are too many: not all of them are listed" });
  }
  for (const rule of search.exhausted()) {
    remarks.push({ what: `the rule ${rule}`, why: "too much looks like it: not all of it was judged" });
  }
  const rest = {
    complete: remarks.length === 0,
    topDigest: atlas.assembled.topDigest,
    images: atlas.assembled.images.map((image) => ({ ...image, layers: image.layers.map(scannedLayer) })),
    skipped: unique(remarks),
    unopened: unique(remarksOf(unopened, atlas)),
    leftOut,
    stats,
  };
  return { ...censorAll(rest, censor), findings };
}

function scannedLayer(layer: ImageLayer): ScannedLayer {
  const { index, digest, diffId, createdBy, historyIndex, bytes, wasSearched } = layer;
  return { index, digest, diffId, createdBy, historyIndex, bytes, wasSearched };
}

function remarksOf(remarks: Remarks, atlas: Atlas): Skipped[] {
  const wanted = remarks.all.filter(({ place }) => !atlas.assembled.beside.has(place.root));
  const told = wanted.map(({ place, why }) => {
    const [role] = atlas.assembled.roles.get(place.root) ?? [];
    const blob = atlas.blobs.get(place.root)?.path ?? wholeArchive;
    const inside =
      role?.kind === "layer"
        ? `layer ${role.layer} of ${atlas.assembled.images[role.image]!.platform}`
        : role === undefined
          ? blob
          : `the ${role.kind} ${blob}`;
    return { what: place.path.length === 0 ? inside : `${place.path.join(" → ")} in ${inside}`, why };
  });
  const more = { what: `${remarks.more()} more`, why: `only the first ${mostRemarks} are listed` };
  return remarks.more() === 0 ? told : [...told, more];
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
