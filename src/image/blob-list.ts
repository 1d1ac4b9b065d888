import type { Skipped } from "../finding/finding.ts";
import type { Choice } from "./choice.ts";
import type { Descriptor, Document } from "./document.ts";
import { parseDocument } from "./parse-document.ts";
import { type Asked, mostManifests, walkManifests } from "./walk.ts";

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
  /** Manifests that were read to see whether they are about what was chosen. */
  const unsure = new Set<string>();
  let manifestBytes = 0;
  let failures = 0;
  let isFull = false;

  function full(what: string): void {
    if (!isFull) problems.push({ what: "the index", why: `it names more than ${what}` });
    isFull = true;
  }

  function add({ digest, bytes, foreign }: Descriptor): void {
    const path = pathOf(digest);
    if (path === undefined || files.has(path)) return;
    if (files.size >= mostBlobs) {
      full(`${mostBlobs} blobs`);
      return;
    }
    const read = () => store.blob(digest, bytes);
    files.set(path, { path, bytes, read: foreign ? () => readForeign(read()) : read });
  }

  function addParts(document: Document | undefined): void {
    if (document?.kind !== "manifest") return;
    for (const part of [document.config, ...document.layers]) if (part !== undefined) add(part);
  }

  /** Where so many could not be had one after the other, the others are not asked for: each takes its time. */
  async function ask({ descriptor: { digest }, isNeeded }: Asked): Promise<Document | undefined> {
    const path = pathOf(digest);
    if (failures >= mostFailures || path === undefined) return undefined;
    if (manifestBytes > mostManifestBytes) {
      full(`${mostManifestBytes} bytes of manifests`);
      return undefined;
    }
    try {
      const bytes = await store.manifest(digest);
      failures = 0;
      manifestBytes += bytes.length;
      const document = parseDocument(bytes);
      files.set(path, inMemory(path, bytes));
      if (isNeeded) addParts(document);
      else unsure.add(digest);
      return document;
    } catch (error) {
      failures++;
      // what nobody asked for need not be there
      if (isNeeded) problems.push({ what: `the manifest ${digest}`, why: (error as Error).message });
      if (failures === mostFailures)
        problems.push({ what: "the index", why: "no more of its manifests were asked for" });
      return undefined;
    }
  }

  const top = parseDocument(index);
  const walk = walkManifests(top?.kind === "index" ? top.manifests : [], choice);
  let step = walk.next();
  while (!step.done) step = walk.next(await ask(step.value));
  if (step.value.isFull) full(`${mostManifests} manifests`);
  for (const { descriptor, document } of step.value.walked) if (unsure.has(descriptor.digest)) addParts(document);
  return { files: [...files.values()], problems };
}

/** What is said to lie elsewhere (a foreign layer) often lies here all the same; nobody is asked for it elsewhere. */
async function* readForeign(here: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* here;
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Error(`it is a foreign layer, which is said to lie elsewhere, and here ${why}`, { cause });
  }
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

/** Where a blob lies in a layout (OCI image-layout, "Blobs"); undefined for what is no digest. */
export function pathOf(digest: string): string | undefined {
  const [, algorithm, hex] = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):([0-9a-f]{32,128})$/.exec(digest) ?? [];
  return algorithm === undefined ? undefined : `blobs/${algorithm}/${hex}`;
}
