import type { BuildFacts } from "../../dockerfile/build-facts.ts";
import { type Dockerfile, flowFrom, type Step } from "../../dockerfile/index.ts";
import { layersOfInstructions } from "../../gate/attribution.ts";
import { type CachedVerdict, type GrantedRun, judgeCached } from "../../gate/cached.ts";
import type { Records } from "../../gate/record.ts";
import type { ImageScan, ScannedImage } from "../../scan/image-scan.ts";

/** A granted step, and whether this build took it from the cache; undefined where it was not seen. */
export type StepRun = { readonly step: Step; readonly cached: boolean | undefined };

/** What the steps that came from the cache are worth, by the layers that they reach and the records of these. */
export function judgeSteps(
  runs: readonly StepRun[],
  scans: readonly ImageScan[],
  records: Records,
  dockerfile: Dockerfile,
  facts: BuildFacts,
): CachedVerdict {
  const images = scans.flatMap((scan) => scan.images);
  const granted: GrantedRun[] = runs.map(({ step, cached }) => ({
    label: step.label,
    cached: cached !== false,
    reaches: reachOf(step, images, dockerfile, facts),
  }));
  const layers = images.flatMap((image) => image.layers.map(({ diffId }) => diffId));
  return judgeCached(granted, [...new Set(layers)], records);
}

/**
 * The layers through which what a step wrote can be in the image: its own where the image has it (what runs after it can
 * only pass on what is in there), else all that were made of its stage's files.
 */
function reachOf(
  step: Step,
  images: readonly ScannedImage[],
  dockerfile: Dockerfile,
  facts: BuildFacts,
): readonly string[] | undefined {
  const { layers } = flowFrom(dockerfile, [step], facts);
  const keywords = layers.map(({ command }) => command.keyword);
  const own = layers.findIndex(({ instruction, trigger }) => instruction === step.instruction && !trigger);
  const wanted = own >= 0 ? [own] : layers.flatMap(({ tainted }, at) => (tainted ? [at] : []));
  const reached = new Set<string>();
  for (const image of images) {
    const history = image.history.map(({ createdBy, empty }) => ({ createdBy, emptyLayer: empty }));
    const indexes = layersOfInstructions(keywords, history);
    if (indexes === undefined) return undefined;
    for (const at of wanted) {
      const layer = image.layers[indexes[at]!];
      if (layer === undefined) return undefined;
      reached.add(layer.diffId);
    }
  }
  return [...reached];
}
