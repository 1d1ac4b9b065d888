import { SealError } from "../error.ts";
import type { Environment } from "../identity/host.ts";
import { attestationsOf } from "./attestation-flag.ts";
import type { BuildPlan, PublishStep, Subject } from "./build-plan.ts";
import { holdCaches } from "./cache-hold.ts";
import { parseGoBoolean } from "./flag-table.ts";
import { nodeGroups } from "./node-group.ts";
import { type BuildOutput, effectiveOutputs, isPushed } from "./output-flag.ts";
import { holdFileOutput, imageAttributes } from "./output-hold.ts";
import { isImageArchive, targetsOf } from "./output-name.ts";
import { firstPass, nothingLeaves, type PassesAsk, recordSteps } from "./pass.ts";
import { pushesLayouts } from "./publish-words.ts";
import { cacheSteps, isInsecure, isOneManifest, pushAgain, storeAgain } from "./second-pass.ts";
import { isAtLeast } from "./version.ts";

/** Another driver: the image comes here as an archive, is searched on its way, and leaves from here or from the cache. */
export function planWithBuilder(ask: PassesAsk): BuildPlan {
  const { command, builder } = ask;
  const outputs = outputsOfBuilder(ask);
  const images = outputs.filter(({ type }) => type === "image");
  const files = outputs.filter(({ type }) => type !== "image" && type !== "cacheonly");
  const isSearched = outputs.length === 0 || images.length > 0;
  const groups = isSearched ? nodeGroups(command.platforms, builder.nodes) : [command.platforms];
  if (groups.length > 1 && files.length > 0) {
    throw new SealError(
      "OUTPUT",
      "This builder has several nodes: an image for a registry and files cannot come from one build under the gate.",
      "Run it twice, once with --push and once with the other outputs.",
    );
  }
  const pushed = pushedImage(images);
  const targets = images.filter(isPushed).flatMap((output) => targetsOf(command, output));
  const keepsLayout = pushed !== undefined && pushesLayouts(ask) && !isInsecure(pushed);
  const held = files.map((output, index) =>
    // stdout carries the archive that matters most; the others go to files.
    holdFileOutput(output, index, ask.hold, { engineStore: ask.engineStore, stdout: !isSearched && index === 0 }),
  );
  const caches = holdCaches(ask, {
    hasImage: isSearched || files.some(isImageArchive),
    pushesLayouts: pushesLayouts(ask),
  });
  const isOnlyCached = !isSearched && files.length === 0;
  const split = groups.map((platforms, number) => ({
    number,
    folder: ask.hold(number === 0 ? "image" : `image-${number}`),
    ...(groups.length > 1 && { platforms }),
  }));

  const passes = split.map(({ number, folder, platforms }) => {
    const archive: BuildOutput = { type: "oci", dest: "-", attributes: archiveAttributes(ask, pushed ?? images[0]) };
    const subject: Subject = { kind: "oci-archive", at: "stdout", ...(keepsLayout && { keep: { folder } }) };
    const isFirst = number === 0;
    return firstPass(ask, {
      number,
      outputs: [
        ...(isSearched ? [archive] : []),
        ...held.map(({ output }) => output),
        ...(isOnlyCached ? [{ type: "cacheonly", attributes: {} }] : []),
      ],
      cacheFlags: isFirst ? caches.flags : caches.inline,
      subjects: [
        ...(isSearched ? [subject] : []),
        ...held.map((one) => one.subject),
        ...(isFirst ? caches.subjects : []),
      ],
      // Names do nothing in an archive but stand in it, and in its attestations.
      keep: ["name"],
      ...(platforms !== undefined && { platforms }),
    });
  });

  const publish: PublishStep[] = [];
  for (const { number, folder, platforms } of split) {
    if (pushed === undefined) break;
    const here = platforms === undefined ? targets : targets.map(({ repository }) => ({ repository, references: [] }));
    if (keepsLayout) publish.push({ kind: "push-layout", pass: number, folder, targets: here });
    else publish.push(pushAgain(ask, pushed, here, caches.inline, number, platforms));
  }
  if (groups.length > 1 && pushed !== undefined) publish.push({ kind: "join", targets });
  // Where the builder has no store of its own, such an image is nowhere.
  const stored = builder.keepsImages ? images.filter((output) => !isPushed(output)) : [];
  publish.push(
    ...stored.map((output) => storeAgain(ask, output, caches.inline)),
    ...cacheSteps(ask, caches),
    ...held.flatMap((one) => one.publish),
    ...recordSteps(ask, passes[0]!),
  );
  const isBlind = pushed !== undefined && isInsecure(pushed) && !isOneManifest(ask);
  const unsearched = [
    ...(isOnlyCached && caches.subjects.length === 0 ? [nothingLeaves] : []),
    ...(isBlind ? [notCompared] : []),
  ];
  return { passes, publish, unsearched };
}

const notCompared =
  "The push to an insecure registry is a second pass without secrets, and its result was not compared with what was searched.";

/** With what buildx adds where nothing is asked for. */
function outputsOfBuilder({ command, builder, environment }: PassesAsk): readonly BuildOutput[] {
  const outputs = effectiveOutputs(command);
  const isLoaded = outputs.length === 0 && builder.loadsByDefault && !isSet(environment, "BUILDX_NO_DEFAULT_LOAD");
  return isLoaded ? [{ type: "docker", attributes: {} }] : outputs;
}

/** The one image that is pushed, under however many names. */
function pushedImage(images: readonly BuildOutput[]): BuildOutput | undefined {
  const pushed = images.filter(isPushed);
  const forms = new Set(
    pushed.map(({ attributes }) => JSON.stringify(Object.entries(imageAttributes(attributes)).sort())),
  );
  if (forms.size > 1) {
    throw new SealError(
      "OUTPUT",
      "Images of several forms (compression, media types, …) are to be pushed by one build.",
      "Run it once for each form.",
    );
  }
  return pushed[0];
}

const isSet = (environment: Environment, name: string): boolean => parseGoBoolean(environment[name] ?? "") === true;

/**
 * The attributes that make the archive's manifest the one that a push would make. A push from BuildKit before 0.31 has
 * Docker's media types unless there are attestations; an archive has OCI's.
 */
function archiveAttributes(ask: PassesAsk, image: BuildOutput | undefined): Record<string, string> {
  // Unlike a push an archive leaves out a provenance that nobody asked for, unless told not to.
  const attributes: Record<string, string> = {
    ...imageAttributes(image?.attributes ?? {}),
    "attestation-inline": "true",
  };
  const name = image?.attributes["name"];
  if (ask.command.tags.length === 0 && name !== undefined) attributes["name"] = name;
  const { asked, defaultProvenance } = attestationsOf(ask.command, ask.environment);
  const isOld = ask.builder.buildkit !== undefined && !isAtLeast(ask.builder.buildkit, [0, 31, 0]);
  const isFree = !Object.keys(attributes).some((key) => /^(?:oci-mediatypes|compression|annotation.*)$/.test(key));
  const isBare = asked.length === 0 && !defaultProvenance && ask.command.annotations.length === 0;
  if (image !== undefined && isOld && isBare && isFree) attributes["oci-mediatypes"] = "false";
  return attributes;
}
