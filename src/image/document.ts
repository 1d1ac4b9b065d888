import {
  type BaseChain,
  type BaseImage,
  type Buildpacks,
  baseChains,
  buildpacksBase,
  claimedBase,
} from "./base-image.ts";
import { doubtAbout } from "./doubt.ts";
import { asRecord, type Json } from "./json.ts";
import { platformText } from "./platform.ts";

/** What the JSON documents of an image say: OCI image-spec v1.1, Docker's image-spec v1.2, in-toto. Nothing is trusted. */
export type Descriptor = {
  readonly digest: string;
  readonly mediaType: string;
  /** The size it gives; 0 where it gives none. */
  readonly bytes: number;
  readonly platform?: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** The blob lies elsewhere on purpose (a foreign layer). */
  readonly foreign: boolean;
};

export type HistoryEntry = { readonly createdBy: string; readonly empty: boolean };

/** `doubt`: why others may read it otherwise. */
export type Document = DocumentContent & { readonly doubt?: string };

type DocumentContent =
  | { readonly kind: "index"; readonly manifests: readonly Descriptor[] }
  | {
      readonly kind: "manifest";
      readonly config: Descriptor | undefined;
      readonly layers: readonly Descriptor[];
      /** The digest of what this manifest is about, when it is about another one. */
      readonly subject: string | undefined;
      readonly artifact: boolean;
      /** What it says it was built on. */
      readonly base: BaseImage | undefined;
    }
  | {
      readonly kind: "config";
      readonly platform: string | undefined;
      readonly diffIds: readonly string[];
      readonly history: readonly HistoryEntry[];
      readonly base: BaseImage | undefined;
      readonly buildpacks: Buildpacks | undefined;
    }
  /** Docker's config of a single layer, which `docker save` adds for older versions of itself; nothing refers to it. */
  | { readonly kind: "layer-config"; readonly platform: string | undefined }
  | { readonly kind: "archive"; readonly images: readonly ArchiveImage[] }
  /** `chains`: the images that the build pulled. */
  | { readonly kind: "attestation"; readonly chains: readonly BaseChain[] }
  | { readonly kind: "other" };

/** An entry of `manifest.json` in a docker-archive: names are paths in the archive. */
export type ArchiveImage = {
  readonly config: string;
  readonly layers: readonly string[];
  readonly tags: readonly string[];
};

const attestationAnnotation = "vnd.docker.reference.type";
const imageConfigTypes = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);

/** Tells what a parsed JSON document is by its fields, and reads those that an image is put together from. */
export function readDocument(value: unknown): Document {
  const document = readContent(value);
  switch (document.kind) {
    case "index":
    case "manifest":
    case "config":
    case "archive": {
      const doubt = doubtAbout(document.kind, value);
      return doubt === undefined ? document : { ...document, doubt };
    }
    default:
      return document;
  }
}

function readContent(value: unknown): DocumentContent {
  if (Array.isArray(value)) return readArchive(value.map(asRecord));
  const record = asRecord(value);
  const { manifests, layers, rootfs } = record;
  // no config of an image's has a digest where a manifest has its config's, and what else it has nobody reads
  if (rootfs !== undefined && !asRecord(record["config"])["digest"]) return readConfig(record);
  if (Array.isArray(manifests) && (manifests.length > 0 || !Array.isArray(layers))) {
    return { kind: "index", manifests: manifests.map(readDescriptor) };
  }
  if (Array.isArray(layers)) return readManifest(record);
  if (rootfs !== undefined) return readConfig(record);
  if (/^[0-9a-f]{64}$/.test(asText(record["id"]))) return { kind: "layer-config", platform: readPlatform(record) };
  if (record["predicateType"] !== undefined || record["payloadType"] !== undefined) {
    return { kind: "attestation", chains: baseChains(record) };
  }
  return { kind: "other" };
}

function readArchive(entries: readonly Json[]): DocumentContent {
  if (!entries.some((entry) => Array.isArray(entry["Layers"]))) return { kind: "other" };
  return {
    kind: "archive",
    images: entries.map((entry) => ({
      config: asText(entry["Config"]),
      layers: texts(entry["Layers"]),
      tags: texts(entry["RepoTags"]),
    })),
  };
}

/** Does this descriptor say that its manifest holds attestations (BuildKit's way)? */
export function isAttestation(descriptor: Descriptor): boolean {
  return descriptor.annotations[attestationAnnotation] === "attestation-manifest";
}

/** The digest of the manifest that BuildKit's attestation manifest is about. */
export function attestedDigest(descriptor: Descriptor): string | undefined {
  return descriptor.annotations["vnd.docker.reference.digest"];
}

function readManifest(record: Json): Document {
  const config = record["config"] === undefined ? undefined : readDescriptor(record["config"]);
  const artifactType = record["artifactType"];
  return {
    kind: "manifest",
    config,
    layers: (record["layers"] as unknown[]).map(readDescriptor),
    subject: record["subject"] === undefined ? undefined : readDescriptor(record["subject"]).digest,
    base: claimedBase(asRecord(record["annotations"])),
    artifact:
      (typeof artifactType === "string" && artifactType !== "") ||
      (config !== undefined && config.mediaType !== "" && !imageConfigTypes.has(config.mediaType)),
  };
}

function readConfig(record: Json): Document {
  const labels = asRecord(asRecord(record["config"])["Labels"]);
  const history = Array.isArray(record["history"]) ? record["history"].map(asRecord) : [];
  return {
    kind: "config",
    platform: readPlatform(record),
    diffIds: texts(asRecord(record["rootfs"])["diff_ids"]),
    history: history.map((entry) => ({
      createdBy: asText(entry["created_by"]),
      empty: entry["empty_layer"] === true,
    })),
    base: claimedBase(labels),
    buildpacks: buildpacksBase(labels),
  };
}

function readDescriptor(value: unknown): Descriptor {
  const record = asRecord(value);
  const platform = readPlatform(asRecord(record["platform"]));
  const annotations = Object.entries(asRecord(record["annotations"])).filter(([, text]) => typeof text === "string");
  return {
    digest: asText(record["digest"]),
    mediaType: asText(record["mediaType"]),
    bytes: Number.isSafeInteger(record["size"]) ? Math.max(0, record["size"] as number) : 0,
    annotations: Object.fromEntries(annotations) as Record<string, string>,
    foreign: Array.isArray(record["urls"]) && record["urls"].length > 0,
    ...(platform === undefined ? {} : { platform }),
  };
}

function readPlatform({ os, architecture, variant }: Json): string | undefined {
  return platformText(os, architecture, variant);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(asText) : [];
}
