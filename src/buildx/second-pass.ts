import { attestationsOf } from "./attestation-flag.ts";
import type { Setting } from "./build-command.ts";
import type { PublishStep, PushTarget, SecondPass } from "./build-plan.ts";
import type { HeldCaches } from "./cache-hold.ts";
import { flagByName } from "./flag-table.ts";
import { attributeIsOn, type BuildOutput, printOutputFlag } from "./output-flag.ts";
import { named } from "./output-name.ts";
import { type PassesAsk, passWords, recordEnvironment, withoutPublishing } from "./pass.ts";
import { parseSecretFlag } from "./secret-flag.ts";

export const isInsecure = (output: BuildOutput): boolean => attributeIsOn(output, "registry.insecure");

/** What BuildKit itself fetches git and HTTP sources with (`source/git`, `source/http`). */
function isSourceCredential({ name, value }: Setting): boolean {
  const ids = name === "secret" ? parseSecretFlag(value).map(({ id }) => id) : [];
  return ids.some((id) => /^(?:GIT|HTTP)_AUTH_(?:TOKEN|HEADER)/.test(id));
}

/**
 * The words of a pass that takes everything from the cache. It has no secrets: should a step run again after all (a changed
 * context, a collected cache), then it has no value to leak, and with `required` it fails.
 */
function secondPassWords(ask: PassesAsk, add: readonly string[], platforms?: readonly string[]): string[] {
  const isDropped = withoutPublishing();
  return passWords(ask, {
    drop: (setting) =>
      isDropped(setting) ||
      flagByName(setting.name)?.role === "rerun" ||
      (setting.name === "secret" && !isSourceCredential(setting)) ||
      (platforms !== undefined && setting.name === "platform"),
    add: [...(platforms === undefined ? [] : [`--platform=${platforms.join(",")}`]), ...add],
    secrets: false,
  });
}

/**
 * What is only in the builder's hands is compared by what it says of it: the digest of one image. An index has another
 * digest at each pass, for its attestations carry times.
 */
const comparedInBuilder = (ask: PassesAsk): SecondPass["compare"] => (isOneManifest(ask) ? "image" : "cache");

/** Neither attestations nor several platforms. */
export function isOneManifest({ command, environment }: PassesAsk): boolean {
  const { asked, defaultProvenance } = attestationsOf(command, environment);
  return asked.length === 0 && !defaultProvenance && command.platforms.length <= 1;
}

/**
 * The push where the layout cannot be pushed from here. It goes by digest, but not to a registry that only BuildKit is told
 * to trust: no tag could be set there from here.
 */
export function pushAgain(
  ask: PassesAsk,
  image: BuildOutput,
  targets: readonly PushTarget[],
  inlineCache: readonly string[],
  number: number,
  platforms: readonly string[] | undefined,
): SecondPass {
  const metadataFile = ask.hold(`pushed-${number}.json`);
  const byDigest = !isInsecure(image) || targets.every(({ references }) => references.length === 0);
  const names = targets.flatMap(({ repository, references }) => (byDigest ? [repository] : references));
  const output: BuildOutput = {
    type: "image",
    attributes: {
      ...image.attributes,
      name: names.join(","),
      push: "true",
      ...(byDigest && { "push-by-digest": "true", "name-canonical": "true" }),
    },
  };
  const flags = [`--output=${printOutputFlag(output)}`, ...inlineCache, `--metadata-file=${metadataFile}`];
  return {
    kind: "second-pass",
    words: secondPassWords(ask, flags, platforms),
    environment: recordEnvironment(ask),
    metadataFile,
    compare: byDigest ? "image" : comparedInBuilder(ask),
    targets: byDigest ? targets : [],
  };
}

/** An image that the builder keeps under its names, where it has an image store of its own. */
export function storeAgain(ask: PassesAsk, output: BuildOutput, inlineCache: readonly string[]): SecondPass {
  const metadataFile = ask.hold("stored.json");
  const stored = `--output=${printOutputFlag(named(ask.command, output))}`;
  return {
    kind: "second-pass",
    words: secondPassWords(ask, [stored, ...inlineCache, `--metadata-file=${metadataFile}`]),
    environment: recordEnvironment(ask),
    metadataFile,
    compare: comparedInBuilder(ask),
    targets: [],
  };
}

export function cacheSteps(ask: PassesAsk, caches: HeldCaches): PublishStep[] {
  if (caches.again.length === 0) return [...caches.publish];
  const metadataFile = ask.hold("cached.json");
  const flags = ["--output=type=cacheonly", ...caches.again, `--metadata-file=${metadataFile}`];
  const again: SecondPass = {
    kind: "second-pass",
    words: secondPassWords(ask, flags),
    environment: recordEnvironment(ask),
    metadataFile,
    compare: "cache",
    targets: [],
  };
  return [...caches.publish, again];
}
