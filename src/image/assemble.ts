import type { LeftOut, Skipped } from "../finding/finding.ts";
import { layerConfigOf, pathIn } from "./archive-path.ts";
import type { BaseChain, BaseImage, Buildpacks } from "./base-image.ts";
import { tellBases } from "./base-layer.ts";
import { blobsBeside } from "./beside.ts";
import { type Choice, isChosenName, isChosenPlatform, namesOf } from "./choice.ts";
import { type ArchiveImage, attestedDigest, type Descriptor, type Document, isAttestation } from "./document.ts";
import type { Assembled, Blob, Image, ImageLayer, Role } from "./image.ts";
import { whatElse } from "./no-archive.ts";
import { isUnknownPlatform } from "./platform.ts";
import { missingPlatforms, noImageCalled } from "./unmet-choice.ts";
import { mostManifests, walkManifests } from "./walk.ts";

export type { Assembled, Blob, ImageLayer, Role };

export type AssembleOptions = {
  readonly holds?: "image" | "cache";
  /** What is left out is not missed, nor are attestations about it. */
  readonly choice?: Choice;
  /** It is an engine's own: of an index it has what it was given, and the rest is none of its image. */
  readonly isHeldInPart?: boolean;
};

/** Docker stacks no more than 127; what comes after so many is searched, but belongs to nothing. */
const mostLayers = 1000;
const mostImages = 10_000;
/** More say no more. */
const mostProblems = 1000;

/** What is said of no part of it, but of all. */
export const wholeArchive = "the archive";

/**
 * Puts images together from what was found in an archive: the OCI layout where there is one, and `manifest.json` for
 * images that it does not name, or not with the same layers. Every digest and diff ID is compared with what was read;
 * what is missing, different or of no known kind is a problem, and so is what others may read otherwise.
 */
export function assemble(
  blobs: readonly Blob[],
  { holds = "image", choice = {}, isHeldInPart = false }: AssembleOptions = {},
): Assembled {
  const images: Image[] = [];
  const roles = new Map<number, Role[]>();
  const problems: Skipped[] = [];
  const leftOut: LeftOut[] = [];
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const byPath = Map.groupBy(blobs, ({ path }) => path);
  const platforms = new Map<string, string>();
  const attestations: { descriptor: Descriptor; manifest: Manifest }[] = [];

  /** What tells how many layers of an image are its base's. */
  const buildpacks = new Map<number, Buildpacks>();
  const chains = new Map<string, readonly BaseChain[]>();
  let moreProblems = 0;
  /** Of each image, its config and layers: `manifest.json` names those of the index again. */
  const known = new Set<string>();
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
    const { platform } = descriptor;
    if (platform !== undefined && !isUnknownPlatform(platform)) offered.add(platform);
  }

  function leaveOut({ platform, digest }: Descriptor): void {
    const isImage = platform !== undefined && !isUnknownPlatform(platform);
    const what = isImage ? `the platform ${platform}` : `the manifest ${digest}`;
    if (leftOut.length < mostProblems)
      leftOut.push({ what, why: "the engine was not given it; the registry may have it" });
  }

  function find(descriptor: Descriptor, what: string): Blob | undefined {
    const blob = byDigest.get(descriptor.digest);
    if (blob === undefined) {
      const why = descriptor.foreign ? "it is a foreign layer, which lies elsewhere" : "it is not in the archive";
      problem(`${what} ${descriptor.digest || "without a digest"}`, why);
    }
    return blob;
  }

  /** Of several the last, as Docker reads an archive; skopeo takes the first. */
  function at(path: string): Blob | undefined {
    const found = byPath.get(pathIn(path)) ?? [];
    if (new Set(found.map(({ digest }) => digest)).size > 1) problem(`the file ${path}`, "the archive holds several");
    return found.at(-1);
  }

  /** An engine runs what has a config of an image's, whatever else the manifest says that it is. */
  function isImage(descriptor: Descriptor, { config, artifact, subject }: Manifest): boolean {
    if (!isAttestation(descriptor) && !artifact && subject === undefined) return true;
    const document = config === undefined ? undefined : byDigest.get(config.digest)?.document;
    const platform = descriptor.platform ?? platformOf(document);
    // of a config that could not be read it is not known
    return platform !== undefined && !isUnknownPlatform(platform) && (document?.kind ?? "config") === "config";
  }

  function addImage(descriptor: Descriptor, blob: Blob, manifest: Manifest, names: readonly string[]): void {
    const config = manifest.config === undefined ? undefined : find(manifest.config, "the config");
    const platform = platformOf(config?.document) ?? descriptor.platform ?? "unknown";
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
    layers: readonly Layer[],
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
    known.add(partsOf(config, layers));
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

  /** An old `docker save` has one beside each layer. */
  function addLayerConfigs({ layers }: ArchiveImage, image: number): void {
    for (const path of new Set(layers.slice(0, mostLayers).map(layerConfigOf))) {
      const blob = at(path);
      if (blob?.document?.kind === "layer-config") assign(blob, { kind: "config", image });
    }
  }

  /** Of those that lie with all other blobs nothing tells which image they are of. */
  function addStrayLayerConfigs(): void {
    for (const blob of blobs) {
      if (blob.document?.kind !== "layer-config" || roles.has(blob.id) || !blob.path.startsWith("blobs/")) continue;
      const { platform } = blob.document;
      images.forEach((image, index) => {
        if (platform === undefined || image.platform === platform) assign(blob, { kind: "config", image: index });
      });
    }
  }

  for (const blob of blobs) {
    const [, algorithm = "sha256", hex = /^([0-9a-f]{64})\.json$/.exec(blob.path)?.[1]] =
      /^blobs\/(sha256|sha512)\/([0-9a-f]{64,128})$/.exec(blob.path) ?? [];
    if (hex !== undefined && blob.isWhole !== false && blob.digest !== `${algorithm}:${hex}`) {
      problem(`the blob ${blob.path}`, `its content is ${blob.digest}`);
    }
  }

  const index = at("index.json");
  const tops = index?.document?.kind === "index" ? index.document.manifests : [];
  if (index !== undefined) {
    assign(index, { kind: "manifest", platform: undefined });
    if (index.document?.kind !== "index") problem("index.json", "it is not an index that can be read");
  }
  const chosen = tops.filter((each) => isChosenName(namesOf(each), choice));
  const walk = walkManifests(tops, choice);
  let step = walk.next();
  while (!step.done) step = walk.next(byDigest.get(step.value.descriptor.digest)?.document);
  const { walked, passed, isFull } = step.value;
  if (isFull) limit("the index", `it names more than ${mostManifests} manifests`);
  for (const { descriptor, names, document, isTooDeep } of walked) {
    if (isHeldInPart && !byDigest.has(descriptor.digest) && !tops.includes(descriptor)) {
      leaveOut(descriptor);
      continue;
    }
    const blob = find(descriptor, "the manifest");
    if (blob === undefined) offer(descriptor);
    else if (document?.kind === "index" && !isTooDeep) assign(blob, { kind: "manifest", platform: undefined });
    else if (document?.kind === "manifest") {
      if (isImage(descriptor, document)) addImage(descriptor, blob, document, names);
      else attestations.push({ descriptor, manifest: document });
    } else {
      offer(descriptor);
      problem(`the manifest ${descriptor.digest}`, "it is neither an image's manifest nor an index");
    }
  }
  for (const descriptor of passed) offer(descriptor);
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

  const archive = at("manifest.json");
  const entries = archive?.document?.kind === "archive" ? archive.document.images : [];
  const chosenEntries = entries.filter(({ tags }) => isChosenName(tags, choice));
  const passedEntries = entries.filter(({ tags }) => !isChosenName(tags, choice));
  for (const entry of chosenEntries) {
    const config = at(entry.config);
    const told = platformOf(config?.document);
    // An engine with containerd's store names its own platform here, whatever the index has beside it.
    if (told !== undefined && !isChosenPlatform({ platform: told }, choice)) {
      offered.add(told);
      passedEntries.push(entry);
      continue;
    }
    const platform = told ?? "unknown";
    const layers = entry.layers.slice(0, mostLayers).map((path) => {
      const blob = at(path);
      return { path, blob, digest: blob?.digest };
    });
    if (config !== undefined && known.has(partsOf(config, layers))) continue;
    if (images.length >= mostImages) {
      limit("the archive", `it names more than ${mostImages} images`);
      break;
    }
    if (config === undefined) problem(`the config ${entry.config}`, "it is not in the archive");
    if (entry.layers.length > mostLayers) tooManyLayers(platform);
    for (const [layer, { path, blob }] of layers.entries()) {
      if (blob === undefined) problem(`layer ${layer} of ${platform}, ${path}`, "it is not in the archive");
    }
    addLayerConfigs(entry, images.length);
    images.push(putTogether(platform, entry.tags, undefined, config, layers, undefined));
  }
  if (archive !== undefined && archive.document?.kind !== "archive") {
    problem("manifest.json", "it is not a list of images that can be read");
  } else if (archive === undefined && index === undefined) {
    const meant = whatElse(blobs);
    const hint = meant === undefined ? "" : `; ${meant}`;
    problem(wholeArchive, `it holds neither an index.json nor a manifest.json that can be read${hint}`);
  }
  addStrayLayerConfigs();
  const beside = blobsBeside(blobs, roles, { manifests: passed, entries: passedEntries });
  for (const { id, path, document } of blobs) {
    if (document?.doubt !== undefined && !beside.has(id)) problem(`the document ${path}`, document.doubt);
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
    beside,
    problems,
    leftOut,
  };
}

type Manifest = Document & { readonly kind: "manifest" };
type Layer = { readonly blob: Blob | undefined; readonly digest: string | undefined };

function partsOf(config: Blob | undefined, layers: readonly Layer[]): string {
  return [config?.digest, ...layers.map(({ digest }) => digest)].join(" ");
}

function platformOf(config: Document | undefined): string | undefined {
  return config?.kind === "config" ? config.platform : undefined;
}
