import type { Skipped } from "../finding/finding.ts";
import { type Choice, isChosenName, isChosenPlatform, namesOf } from "./choice.ts";
import { attestedDigest, type Descriptor, isAttestation, readDocument } from "./document.ts";

/** Where blobs are had by their digest: a registry's repository, a layout in a folder. Its functions reject with one sentence. */
export type BlobStore = {
  readonly manifest: (digest: string) => Promise<Buffer>;
  readonly blob: (digest: string, bytes: number) => AsyncIterable<Uint8Array>;
};

/** A blob as it would lie in an OCI layout. */
export type BlobFile = {
  readonly path: string;
  /** As its descriptor says. */
  readonly bytes: number;
  readonly read: () => AsyncIterable<Uint8Array>;
};

export type BlobList = { readonly files: readonly BlobFile[]; readonly problems: readonly Skipped[] };

/** Indexes in indexes: more is a loop or a prank. */
const deepestIndex = 8;
const mostManifests = 10_000;

/**
 * Everything that an index leads to, each blob once: indexes in it, manifests with their configs and layers, attestations
 * about what is wanted. What cannot be had is a problem, and the rest goes on.
 */
export async function listBlobs(index: Buffer, store: BlobStore, choice: Choice): Promise<BlobList> {
  const files = new Map<string, BlobFile>([["index.json", inMemory("index.json", index)]]);
  const problems: Skipped[] = [];
  const wanted = new Set<string>();
  let manifests = 0;

  function add({ digest, bytes, foreign }: Descriptor): void {
    const path = pathOf(digest);
    if (path === undefined || foreign || files.has(path)) return;
    files.set(path, { path, bytes, read: () => store.blob(digest, bytes) });
  }

  async function walk(descriptor: Descriptor, depth: number): Promise<void> {
    const { digest } = descriptor;
    const path = pathOf(digest);
    if (path === undefined || files.has(path)) return;
    if (++manifests > mostManifests) {
      if (manifests === mostManifests + 1)
        problems.push({ what: "the index", why: `it names more than ${mostManifests} manifests` });
      return;
    }
    const bytes = await store.manifest(digest).catch((error: Error) => {
      problems.push({ what: `the manifest ${digest}`, why: error.message });
    });
    if (bytes === undefined) return;
    files.set(path, inMemory(path, bytes));
    wanted.add(digest);
    const document = parsed(bytes);
    if (document?.kind === "index" && depth < deepestIndex) await walkAll(document.manifests, depth + 1);
    if (document?.kind !== "manifest") return;
    for (const part of [document.config, ...document.layers]) if (part !== undefined) add(part);
  }

  /** Attestations come last: they are about manifests that may stand behind them. */
  async function walkAll(manifests: readonly Descriptor[], depth: number): Promise<void> {
    const chosen = manifests.filter((each) => !isAttestation(each) && isChosenPlatform(each, choice));
    for (const each of chosen) await walk(each, depth);
    for (const each of manifests.filter(isAttestation)) {
      const about = attestedDigest(each);
      if (about === undefined || wanted.has(about)) await walk(each, depth);
    }
  }

  const top = parsed(index);
  if (top?.kind === "index") {
    await walkAll(
      top.manifests.filter((each) => isChosenName(namesOf(each), choice)),
      0,
    );
  }
  return { files: [...files.values()], problems };
}

function inMemory(path: string, bytes: Buffer): BlobFile {
  return {
    path,
    bytes: bytes.length,
    read: async function* () {
      yield bytes;
    },
  };
}

function parsed(bytes: Buffer): ReturnType<typeof readDocument> | undefined {
  try {
    return readDocument(JSON.parse(bytes.toString("utf8")));
  } catch {
    return undefined;
  }
}

/** Where a blob lies in a layout (OCI image-layout, "Blobs"); undefined for what is no digest. */
export function pathOf(digest: string): string | undefined {
  const [, algorithm, hex] = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):([0-9a-f]{32,128})$/.exec(digest) ?? [];
  return algorithm === undefined ? undefined : `blobs/${algorithm}/${hex}`;
}
