import { SealError } from "../error.ts";
import type { BuildPlan } from "./build-plan.ts";
import { holdCaches } from "./cache-hold.ts";
import { attributeIsOn, type BuildOutput, effectiveOutputs, isPushed } from "./output-flag.ts";
import { holdFileOutput, imageAttributes } from "./output-hold.ts";
import { isImageArchive, named, namesOf, nothingToPushTo } from "./output-name.ts";
import { firstPass, nothingLeaves, type PassesAsk, recordSteps } from "./pass.ts";
import { pushesLayouts } from "./publish-words.ts";
import { cacheSteps } from "./second-pass.ts";

/**
 * The docker driver: the image is in the engine under no name until it was searched, then it is tagged and pushed from
 * there. The registry gets the digest that was searched, attestations included (tried with both stores).
 */
export function planInEngine(ask: PassesAsk): BuildPlan {
  const { command } = ask;
  const outputs = effectiveOutputs(command);
  const images = outputs.filter(isEngineImage);
  const others = outputs.filter((output) => !isEngineImage(output) && output.type !== "cacheonly");
  refuseImpossible(ask, images, others);
  const hasImage = images.length > 0 || outputs.length === 0;
  const attributes = imageAttributes(Object.assign({}, ...images.map((output) => output.attributes)));
  // An image without anything special is what the engine makes when no output is named.
  const needsFlag = Object.keys(attributes).length > 0 || others.length > 0;
  const held = others
    .map((output) => (isImageArchive(output) ? named(command, output) : output))
    .map((output, index) => holdFileOutput(output, index, ask.hold));
  const caches = holdCaches(ask, { hasImage, pushesLayouts: pushesLayouts(ask) });
  const isOnlyCached = !hasImage && others.length === 0;
  const pass = firstPass(ask, {
    number: 0,
    outputs: [
      ...(hasImage && needsFlag ? [{ type: "image", attributes }] : []),
      ...held.map(({ output }) => output),
      ...(isOnlyCached ? [{ type: "cacheonly", attributes: {} }] : []),
    ],
    cacheFlags: caches.flags,
    subjects: [
      ...(hasImage ? [{ kind: "engine-image" } as const] : []),
      ...held.map(({ subject }) => subject),
      ...caches.subjects,
    ],
    keep: [],
  });
  const names = new Set(
    hasImage && images.length === 0 ? command.tags : images.flatMap((one) => namesOf(command, one)),
  );
  const pushed = new Set(images.filter(isPushed).flatMap((output) => namesOf(command, output)));
  if (images.some(isPushed) && pushed.size === 0) throw nothingToPushTo();
  return {
    passes: [pass],
    publish: [
      ...[...names].map((reference) => ({ kind: "tag", reference }) as const),
      ...[...pushed].map((reference) => ({ kind: "push", reference }) as const),
      ...held.flatMap(({ publish }) => publish),
      ...cacheSteps(ask, caches),
      ...recordSteps(ask, pass, [...names]),
    ],
    unsearched: isOnlyCached && caches.subjects.length === 0 ? [nothingLeaves] : [],
  };
}

const isEngineImage = ({ type, dest }: BuildOutput): boolean =>
  type === "image" || (type === "docker" && dest === undefined);

/** What Docker refuses too, but said before a secret is minted. */
function refuseImpossible(
  { builder }: PassesAsk,
  images: readonly BuildOutput[],
  others: readonly BuildOutput[],
): void {
  if (images.some((output) => attributeIsOn(output, "push-by-digest"))) {
    throw new SealError(
      "OUTPUT",
      "The docker driver cannot push by digest alone.",
      "Push under a tag, or use another builder ('docker buildx create').",
    );
  }
  if (builder.store === "containerd" && images.length > 0 && others.some(isImageArchive)) {
    // of two exporters of images the metadata keep whichever ended last: which one is in the engine cannot be told
    throw new SealError(
      "OUTPUT",
      "An image in the engine and an archive of it cannot come from one build under the gate.",
      "Build the image, then use 'docker image save'; or use another builder ('docker buildx create').",
    );
  }
  if (builder.store === "graph" && others.some(isImageArchive)) {
    throw new SealError(
      "OUTPUT",
      "The engine's image store cannot export an archive by itself.",
      "Use 'docker image save' after the build, the containerd image store, or another builder ('docker buildx create').",
    );
  }
}
