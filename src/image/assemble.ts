import type { Skipped } from "../finding/finding.ts";
import { type Choice, isChosenName, isChosenPlatform, namesOf } from "./choice.ts";
import { attestedDigest, type Descriptor, type Document, isAttestation } from "./document.ts";

/** A file of the archive, as it was read. */
export type Blob = {
  readonly id: number;
  /** Its path in the archive. */
  readonly path: string;
  /** `sha256:…` of its bytes as they lie in the archive. */
  readonly digest: string;
  /** False for one that broke off: its digest is then what its name says, and its content is compared with nothing. */
  readonly isWhole?: boolean;
  readonly bytes: number;
  /** Is there a tar in it, as in a layer? */
  readonly isTar: boolean;
  /** `sha256:…` of that tar, where it was computed: what is named by its digest cannot hold anything else than it was made with. */
  readonly diffId: string | undefined;
  readonly document: Document | undefined;
  /** False for one that was only hashed, for it was searched before. */
  readonly wasSearched?: boolean;
};

export type ImageLayer = {
  /** From 0 over the config's diff IDs. */
  readonly index: number;
  readonly digest: string | undefined;
  readonly diffId: string;
  /** The instruction that made it, when the history tells, and which entry of the history that is. */
  readonly createdBy: string | undefined;
  readonly historyIndex: number | undefined;
  readonly bytes: number;
  readonly wasSearched: boolean;
  readonly blob: number;
};

export type Image = {
  readonly platform: string;
  readonly names: readonly string[];
  readonly manifestDigest: string | undefined;
  readonly configDigest: string;
  readonly history: readonly {
    readonly createdBy: string;
    readonly empty: boolean;
    readonly layer: number | undefined;
  }[];
  readonly layers: readonly ImageLayer[];
};

/** What a blob is for, in an image when it belongs to one. One blob can have several roles. */
export type Role =
  | { readonly kind: "layer"; readonly image: number; readonly layer: number }
  | { readonly kind: "config"; readonly image: number }
  | { readonly kind: "manifest"; readonly platform: string | undefined }
  | { readonly kind: "attestation"; readonly platform: string | undefined };

export type Assembled = {
  /** The digest of the index, else of the manifest, when the archive holds one thing. */
  readonly topDigest: string | undefined;
  readonly images: readonly Image[];
  readonly roles: ReadonlyMap<number, readonly Role[]>;
  readonly problems: readonly Skipped[];
};

export type AssembleOptions = {
  readonly holds?: "image" | "cache";
  /** What is left out is not missed, nor are attestations about it. */
  readonly choice?: Choice;
};

/** Indexes in indexes: more is a loop or a prank. */
const deepestIndex = 8;

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

  function problem(what: string, why: string): void {
    problems.push({ what, why });
  }

  function assign(blob: Blob, role: Role): void {
    roles.set(blob.id, [...(roles.get(blob.id) ?? []), role]);
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
    const blob = find(descriptor, "the manifest");
    if (blob === undefined) return;
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
      problem(`the manifest ${descriptor.digest}`, "it is neither an image's manifest nor an index");
    }
  }

  /** Attestations say which manifest they are about: after the images, whose platforms are then known. */
  function walkChosen(manifests: readonly Descriptor[], names: readonly string[], depth: number): void {
    for (const each of manifests)
      if (!isAttestation(each) && isChosenPlatform(each, choice)) walkManifests(each, names, depth);
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
    const layers = manifest.layers.map((layer, index) => ({
      blob: find(layer, `layer ${index} of ${platform},`),
      digest: layer.digest,
    }));
    images.push(putTogether(platform, names, descriptor.digest, config, layers));
  }

  function putTogether(
    platform: string,
    names: readonly string[],
    manifestDigest: string | undefined,
    config: Blob | undefined,
    layers: readonly { readonly blob: Blob | undefined; readonly digest: string | undefined }[],
  ): Image {
    const image = images.length;
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
      history: history.map((entry, index) => ({
        ...entry,
        layer:
          told.findIndex((made) => made.index === index) === -1
            ? undefined
            : told.findIndex((made) => made.index === index),
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
  walkChosen(
    tops.filter((each) => isChosenName(namesOf(each), choice)),
    [],
    0,
  );
  for (const { descriptor, manifest } of attestations) {
    const platform = platforms.get(attestedDigest(descriptor) ?? manifest.subject ?? "");
    const blob = byDigest.get(descriptor.digest)!;
    assign(blob, { kind: "manifest", platform });
    for (const part of [manifest.config, ...manifest.layers]) {
      const held = part === undefined ? undefined : find(part, "the attestation");
      if (held !== undefined) assign(held, { kind: "attestation", platform });
    }
  }

  const archive = byPath.get("manifest.json");
  if (archive?.document?.kind === "archive") {
    for (const entry of archive.document.images) {
      if (!isChosenName(entry.tags, choice)) continue;
      const config = byPath.get(entry.config);
      if (images.some((image) => image.configDigest !== "" && image.configDigest === config?.digest)) continue;
      const platform = platformOf(config) ?? "unknown";
      if (config === undefined) problem(`the config ${entry.config}`, "it is not in the archive");
      const layers = entry.layers.map((path, layer) => {
        const blob = byPath.get(path);
        if (blob === undefined) problem(`layer ${layer} of ${platform}, ${path}`, "it is not in the archive");
        return { blob, digest: blob?.digest };
      });
      images.push(putTogether(platform, entry.tags, undefined, config, layers));
    }
  } else if (index === undefined) {
    problem("the archive", "it holds neither an index.json nor a manifest.json that can be read");
  }
  for (const blob of blobs) {
    if (blob.document?.kind !== "layer-config" || roles.has(blob.id)) continue;
    const { platform } = blob.document;
    images.forEach((image, index) => {
      if (platform === undefined || image.platform === platform) assign(blob, { kind: "config", image: index });
    });
  }
  if (holds === "image" && images.length === 0 && problems.length === 0) problem("the archive", "it holds no image");

  // an image that has several names is named several times
  const digests = new Set(tops.map(({ digest }) => digest));
  return { topDigest: digests.size === 1 ? tops[0]!.digest : undefined, images, roles, problems };
}

const refName = "org.opencontainers.image.ref.name";

function platformOf(config: Blob | undefined): string | undefined {
  return config?.document?.kind === "config" ? config.document.platform : undefined;
}
