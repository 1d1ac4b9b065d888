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
/** They are held until they are searched. */
const mostManifestBytes = 64 << 20;
const mostBlobs = 100_000;
/** One after the other. */
const mostFailures = 20;

/**
 * Everything that an index leads to, each blob once: indexes in it, manifests with their configs and layers, attestations
 * about what is wanted. What cannot be had is a problem, and the rest goes on.
 */
export async function listBlobs(index: Buffer, store: BlobStore, choice: Choice): Promise<BlobList> {
  const files = new Map<string, BlobFile>([["index.json", inMemory("index.json", index)]]);
  const problems: Skipped[] = [];
  const wanted = new Set<string>();
  let manifests = 0;
  let manifestBytes = 0;
  let failures = 0;
  let isFull = false;

  function full(what: string): void {
    if (!isFull) problems.push({ what: "the index", why: `it names more than ${what}` });
    isFull = true;
  }

  function add({ digest, bytes, foreign }: Descriptor): void {
    const path = pathOf(digest);
    if (path === undefined || foreign || files.has(path)) return;
    if (files.size >= mostBlobs) {
      full(`${mostBlobs} blobs`);
      return;
    }
    files.set(path, { path, bytes, read: () => store.blob(digest, bytes) });
  }

  /** Where so many could not be had one after the other, the others are not asked for: each takes its time. */
  async function ask(digest: string, isAside: boolean): Promise<Buffer | undefined> {
    if (failures >= mostFailures) return undefined;
    try {
      const bytes = await store.manifest(digest);
      failures = 0;
      return bytes;
    } catch (error) {
      failures++;
      // what nobody asked for need not be there
      if (!isAside) problems.push({ what: `the manifest ${digest}`, why: (error as Error).message });
      if (failures === mostFailures)
        problems.push({ what: "the index", why: "no more of its manifests were asked for" });
      return undefined;
    }
  }

  /** `isAside`: wanted only when it says that it is about something that is wanted. */
  async function walk(descriptor: Descriptor, depth: number, isAside = false): Promise<void> {
    const { digest } = descriptor;
    const path = pathOf(digest);
    if (path === undefined || files.has(path)) return;
    if (++manifests > mostManifests || manifestBytes > mostManifestBytes) {
      full(manifests > mostManifests ? `${mostManifests} manifests` : `${mostManifestBytes} bytes of manifests`);
      return;
    }
    const bytes = await ask(digest, isAside);
    if (bytes === undefined) return;
    const document = parsed(bytes);
    const subject = document?.kind === "manifest" ? document.subject : undefined;
    if (isAside && !wanted.has(subject ?? "")) return;
    manifestBytes += bytes.length;
    files.set(path, inMemory(path, bytes));
    wanted.add(digest);
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
    const chosen = top.manifests.filter((each) => isChosenName(namesOf(each), choice));
    const known = new Set(chosen);
    await walkAll(chosen, 0);
    // what has no name may be about what was chosen
    for (const each of top.manifests) {
      if (!known.has(each) && namesOf(each).length === 0) await walk(each, 0, true);
    }
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
