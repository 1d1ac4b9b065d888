import type { Skipped } from "../finding/finding.ts";
import type { BaseChain, BaseImage, Buildpacks } from "./base-image.ts";
import { tellBases } from "./base-layer.ts";
import { blobsBeside } from "./beside.ts";
import { type Choice, isChosenName, isChosenPlatform, namesOf } from "./choice.ts";
import { attestedDigest, type Descriptor, type Document, isAttestation } from "./document.ts";
import type { Assembled, Blob, Image, ImageLayer, Role } from "./image.ts";
import { missingPlatforms, noImageCalled } from "./unmet-choice.ts";

export type { Assembled, Blob, ImageLayer, Role };

export type AssembleOptions = {
  readonly holds?: "image" | "cache";
  /** What is left out is not missed, nor are attestations about it. */
  readonly choice?: Choice;
};

/** Indexes in indexes: more is a loop or a prank. */
const deepestIndex = 8;
/** Docker stacks no more than 127; what comes after so many is searched, but belongs to nothing. */
const mostLayers = 1000;
const mostImages = 10_000;
/** More say no more. */
const mostProblems = 1000;

/** What is said of no part of it, but of all. */
export const wholeArchive = "the archive";

/**
 * Puts images together from what was found in an archive: the OCI layout where there is one, and `manifest.json` for
 * images that it does not name. Every digest and diff ID is compared with what was read; what is missing, different
 * or of no known kind is a problem.
 */
export function assemble(blobs: readonly Blob[], { holds = "image", choice = {} }: AssembleOptions = {}): Assembled {
  const images: Image[] = [];
  const roles = new Map<number, Role[]>();
  const problems: Skipped[] = [];
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const byPath = new Map(blobs.map((blob) => [blob.path, blob]));
  const seen = new Set<string>();
  const platforms = new Map<string, string>();
  const attestations: { descriptor: Descriptor; manifest: Document & { kind: "manifest" } }[] = [];

  /** What tells how many layers of an image are its base's. */
  const buildpacks = new Map<number, Buildpacks>();
  const chains = new Map<string, readonly BaseChain[]>();
  let moreProblems = 0;
  const configs = new Set<string>();
  /** Platforms that the image has, chosen or not, read or not. */
  const offered = new Set<string>();

  function problem(what: string, why: string): void {
    if (problems.length < mostProblems) problems.push({ what, why });
    else moreProblems++;
  }

  /** Told however many problems there are. */
  function limit(what: string, why: string): void {
    problems.unshift({ what, why });
  }

  function assign(blob: Blob, role: Role): void {
    const known = roles.get(blob.id);
    if (known === undefined) roles.set(blob.id, [role]);
    else known.push(role);
  }

  function offer(descriptor: Descriptor): void {
    if (descriptor.platform !== undefined && !isAttestation(descriptor)) offered.add(descriptor.platform);
  }

  function find(descriptor: Descriptor, what: string): Blob | undefined {
    const blob = byDigest.get(descriptor.digest);
    if (blob === undefined) {
      const why = descriptor.foreign ? "it is a foreign layer, which lies elsewhere" : "it is not in the archive";
      problem(`${what} ${descriptor.digest || "without a digest"}`, why);
    }
    return blob;
  }

  function walkManifests(descriptor: Descriptor, names: readonly string[], depth: number): void {
    const name = descriptor.annotations["io.containerd.image.name"] ?? descriptor.annotations[refName];
    const allNames = name === undefined || names.includes(name) ? names : [...names, name];
    if (seen.has(descriptor.digest)) return;
    seen.add(descriptor.digest);
    if (seen.size > mostImages) {
      if (seen.size === mostImages + 1) limit("the index", `it names more than ${mostImages} manifests`);
      return;
    }
    const blob = find(descriptor, "the manifest");
    if (blob === undefined) {
      offer(descriptor);
      return;
    }
    const { document } = blob;
    if (document?.kind === "index" && depth < deepestIndex) {
      assign(blob, { kind: "manifest", platform: undefined });
      walkChosen(document.manifests, allNames, depth + 1);
    } else if (document?.kind === "manifest") {
      if (isAttestation(descriptor) || document.artifact || document.subject !== undefined) {
        attestations.push({ descriptor, manifest: document });
      } else {
        addImage(descriptor, blob, document, allNames);
      }
    } else {
      offer(descriptor);
      problem(`the manifest ${descriptor.digest}`, "it is neither an image's manifest nor an index");
    }
  }

  /** Attestations say which manifest they are about: after the images, whose platforms are then known. */
  function walkChosen(manifests: readonly Descriptor[], names: readonly string[], depth: number): void {
    for (const each of manifests.filter((one) => !isAttestation(one))) {
      if (isChosenPlatform(each, choice)) walkManifests(each, names, depth);
      else offer(each);
    }
    for (const each of manifests) {
      const about = isAttestation(each) ? attestedDigest(each) : undefined;
      if (isAttestation(each) && (about === undefined || seen.has(about))) walkManifests(each, names, depth);
    }
  }

  function addImage(
    descriptor: Descriptor,
    blob: Blob,
    manifest: Document & { kind: "manifest" },
    names: readonly string[],
  ): void {
    const config = manifest.config === undefined ? undefined : find(manifest.config, "the config");
    const platform = platformOf(config) ?? descriptor.platform ?? "unknown";
    assign(blob, { kind: "manifest", platform });
    platforms.set(descriptor.digest, platform);
    const layers = manifest.layers.slice(0, mostLayers).map((layer, index) => ({
      blob: find(layer, `layer ${index} of ${platform},`),
      digest: layer.digest,
    }));
    if (manifest.layers.length > mostLayers) tooManyLayers(platform);
    images.push(putTogether(platform, names, descriptor.digest, config, layers, manifest.base));
  }

  function tooManyLayers(platform: string): void {
    problem(`the image for ${platform}`, `it has more than ${mostLayers} layers: those behind are no one's`);
  }

  function putTogether(
    platform: string,
    names: readonly string[],
    manifestDigest: string | undefined,
    config: Blob | undefined,
    layers: readonly { readonly blob: Blob | undefined; readonly digest: string | undefined }[],
    base: BaseImage | undefined,
  ): Image {
    const image = images.length;
    offered.add(platform);
    const what = `the image for ${platform}`;
    const document = config?.document?.kind === "config" ? config.document : undefined;
    if (config !== undefined) {
      assign(config, { kind: "config", image });
      if (document === undefined && config.isWhole !== false) problem(what, "its config cannot be read");
    }
    const diffIds = document?.diffIds ?? [];
    if (document !== undefined && diffIds.length !== layers.length) {
      problem(what, `its config names ${diffIds.length} layers, its manifest ${layers.length}`);
    }
    const history = document?.history ?? [];
    const madeBy = history.map((entry, index) => ({ ...entry, index })).filter((entry) => !entry.empty);
    // A history that does not count the same layers (a squashed image) would name the wrong instruction.
    const told = madeBy.length === diffIds.length ? madeBy : [];
    const made = new Map(told.map((entry, layer) => [entry.index, layer]));
    configs.add(config?.digest ?? "");
    if (document?.buildpacks !== undefined) buildpacks.set(image, document.buildpacks);
    const found = layers.map(({ blob, digest }, index): ImageLayer => {
      const diffId = diffIds[index] ?? "";
      if (blob !== undefined) assign(blob, { kind: "layer", image, layer: index });
      if (blob !== undefined && blob.isWhole !== false) {
        if (!blob.isTar) problem(`layer ${index} of ${platform}`, "it is not a tar that can be read");
        else if (blob.diffId !== undefined && diffId !== "" && blob.diffId !== diffId) {
          problem(`layer ${index} of ${platform}`, `its content is ${blob.diffId}, the config says ${diffId}`);
        }
      }
      return {
        index,
        digest,
        diffId: diffId || (blob?.diffId ?? ""),
        createdBy: told[index]?.createdBy,
        historyIndex: told[index]?.index,
        bytes: blob?.bytes ?? 0,
        wasSearched: blob?.wasSearched ?? true,
        blob: blob?.id ?? -1,
      };
    });
    return {
      platform,
      names,
      manifestDigest,
      configDigest: config?.digest ?? "",
      claimedBase: base ?? document?.base,
      history: history.map((entry, index) => ({
        ...entry,
        layer: made.get(index),
      })),
      layers: found,
    };
  }

  for (const blob of blobs) {
    const [, algorithm = "sha256", hex = /^([0-9a-f]{64})\.json$/.exec(blob.path)?.[1]] =
      /^blobs\/(sha256|sha512)\/([0-9a-f]{64,128})$/.exec(blob.path) ?? [];
    if (hex !== undefined && blob.isWhole !== false && blob.digest !== `${algorithm}:${hex}`) {
      problem(`the blob ${blob.path}`, `its content is ${blob.digest}`);
    }
  }

  const index = byPath.get("index.json");
  const tops = index?.document?.kind === "index" ? index.document.manifests : [];
  if (index !== undefined) {
    assign(index, { kind: "manifest", platform: undefined });
    if (index.document?.kind !== "index") problem("index.json", "it is not an index that can be read");
  }
  const chosen = tops.filter((each) => isChosenName(namesOf(each), choice));
  walkChosen(chosen, [], 0);
  // what is about a chosen one has no name of its own
  for (const each of tops) {
    const document = namesOf(each).length === 0 ? byDigest.get(each.digest)?.document : undefined;
    if (document?.kind === "manifest" && seen.has(document.subject ?? "")) walkManifests(each, [], 0);
  }
  for (const { descriptor, manifest } of attestations) {
    const platform = platforms.get(attestedDigest(descriptor) ?? manifest.subject ?? "");
    const blob = byDigest.get(descriptor.digest)!;
    const about = attestedDigest(descriptor) ?? manifest.subject ?? "";
    assign(blob, { kind: "manifest", platform });
    for (const part of [manifest.config, ...manifest.layers.slice(0, mostLayers)]) {
      const held = part === undefined ? undefined : find(part, "the attestation");
      if (held === undefined) continue;
      assign(held, { kind: "attestation", platform });
      if (held.document?.kind !== "attestation") continue;
      chains.set(about, [...(chains.get(about) ?? []), ...held.document.chains].slice(0, mostLayers));
    }
  }

  const archive = byPath.get("manifest.json");
  const entries = archive?.document?.kind === "archive" ? archive.document.images : [];
  const chosenEntries = entries.filter(({ tags }) => isChosenName(tags, choice));
  if (archive?.document?.kind === "archive") {
    for (const entry of chosenEntries) {
      const config = byPath.get(entry.config);
      if (config !== undefined && configs.has(config.digest)) continue;
      if (images.length >= mostImages) {
        limit("the archive", `it names more than ${mostImages} images`);
        break;
      }
      const told = platformOf(config);
      // An engine with containerd's store names its own platform here, whatever the index has beside it.
      if (told !== undefined && !isChosenPlatform({ platform: told }, choice)) {
        offered.add(told);
        continue;
      }
      const platform = told ?? "unknown";
      if (config === undefined) problem(`the config ${entry.config}`, "it is not in the archive");
      if (entry.layers.length > mostLayers) tooManyLayers(platform);
      const layers = entry.layers.slice(0, mostLayers).map((path, layer) => {
        const blob = byPath.get(path);
        if (blob === undefined) problem(`layer ${layer} of ${platform}, ${path}`, "it is not in the archive");
        return { blob, digest: blob?.digest };
      });
      images.push(putTogether(platform, entry.tags, undefined, config, layers, undefined));
    }
  } else if (index === undefined) {
    problem(wholeArchive, "it holds neither an index.json nor a manifest.json that can be read");
  }
  for (const blob of blobs) {
    if (blob.document?.kind !== "layer-config" || roles.has(blob.id)) continue;
    const { platform } = blob.document;
    images.forEach((image, index) => {
      if (platform === undefined || image.platform === platform) assign(blob, { kind: "config", image: index });
    });
  }
  if (holds === "image") {
    const isNameThere = choice.name === undefined || chosen.length + chosenEntries.length > 0;
    if (isNameThere) problems.unshift(...missingPlatforms(choice, offered));
    else if (tops.length + entries.length > 0) {
      const shown = tops.flatMap((each) => namesOf(each).slice(0, 1));
      limit(wholeArchive, noImageCalled(choice.name, [...entries.flatMap(({ tags }) => tags), ...shown]));
    }
    if (images.length === 0 && problems.length === 0) problem(wholeArchive, "it holds no image");
  }

  // an image that has several names is named several times
  const digests = new Set(chosen.map(({ digest }) => digest));
  if (moreProblems > 0) problems.push({ what: "the image", why: `${moreProblems} more like these are not listed` });
  return {
    topDigest: digests.size === 1 ? chosen[0]!.digest : undefined,
    images: tellBases(images, buildpacks, chains),
    roles,
    beside: blobsBeside(blobs, roles, choice),
    problems,
  };
}

const refName = "org.opencontainers.image.ref.name";

function platformOf(config: Blob | undefined): string | undefined {
  return config?.document?.kind === "config" ? config.document.platform : undefined;
}
