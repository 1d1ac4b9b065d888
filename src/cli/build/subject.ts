import { readFile } from "node:fs/promises";
import type { BuildPass, Subject } from "../../buildx/build-plan.ts";
import { imageIdInMetadata } from "../../buildx/image-index.ts";
import { SealError } from "../../error.ts";
import type { Sought } from "../../gate/searched.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import type { ScanOptions } from "../../scan/scan-options.ts";
import { keepInFile, keepInFolder, packFolder, readWhole } from "../../system/layout.ts";
import type { Look } from "./look.ts";
import type { Tools } from "./tools.ts";

/** A result of the build that was searched, and for what. */
export type Searched = { readonly subject: Subject; readonly scan: ImageScan; readonly sought: Sought };

/** What comes on the pass's stdout; there is at most one. */
export function subjectOnStdout(pass: BuildPass): Subject | undefined {
  return pass.subjects.find((subject) => "at" in subject && subject.at === "stdout");
}

/** Searches the stream of a pass, and keeps it where publishing wants it. What for is asked when it begins to come. */
export async function searchStream(
  subject: Subject,
  stream: AsyncIterable<Uint8Array>,
  look: () => Look,
): Promise<Searched> {
  const begun = await beginning(stream);
  const { options, sought } = look();
  const keep = "keep" in subject ? subject.keep : undefined;
  const kept =
    keep === undefined ? begun : "folder" in keep ? keepInFolder(begun, keep.folder) : keepInFile(begun, keep.file);
  return { subject, scan: await scanStream(subject, kept, options), sought };
}

/** The same stream, once its first bytes are there: then the steps of the build are over. */
async function beginning(stream: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = stream[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      if (first.done !== true) yield first.value;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  })();
}

/**
 * Searches what a pass has left in a file, a folder or the engine.
 *
 * @throws SealError SCAN, DOCKER
 */
export async function searchResult(
  subject: Subject,
  pass: BuildPass,
  tools: Tools,
  { options, sought }: Look,
): Promise<Searched> {
  if (subject.kind === "engine-image") {
    return { subject, scan: await scanEngineImage(await readImageId(pass, tools.store), tools, options), sought };
  }
  if ("folder" in subject) {
    return { subject, scan: await scanStream(subject, packFolder(subject.folder), options), sought };
  }
  if (subject.at === "stdout") throw new Error("a stream is searched while it comes");
  return { subject, scan: await scanStream(subject, readWhole(subject.at.file), options), sought };
}

/**
 * The id of the image that a pass built in the engine, as Docker wrote it: into its own file, or among the metadata where
 * Docker takes no `--iidfile`. The containerd store knows an image by the digest of its index or manifest; beside other
 * outputs the id's file has another one (tried with 28.5).
 *
 * @throws SealError SCAN
 */
export async function readImageId(pass: BuildPass, store: Tools["store"]): Promise<string> {
  const read = (path: string | undefined) => (path === undefined ? "" : readFile(path, "utf8").catch(() => ""));
  const metadata = (await read(pass.metadataFile)) || "{}";
  const digest = (JSON.parse(metadata) as Readonly<Record<string, string>>)["containerimage.digest"];
  const id =
    store === "containerd" && digest !== undefined
      ? digest
      : (await read(pass.idFile)).trim() || imageIdInMetadata(metadata);
  if (id !== undefined && /^sha256:[0-9a-f]{64}$/.test(id)) return id;
  throw new SealError(
    "SCAN",
    "Docker did not say which image it built",
    "Report this with the versions of Docker and buildx",
  );
}

async function scanStream(
  { kind }: Subject,
  stream: AsyncIterable<Uint8Array>,
  options: ScanOptions,
): Promise<ImageScan> {
  if (kind === "rootfs-archive" || kind === "files") {
    const { scanFilesystemTar } = await import("../../scan/scan-filesystem-tar.ts");
    return scanFilesystemTar(stream, options);
  }
  const { scanArchive } = await import("../../scan/scan-archive.ts");
  return scanArchive(stream, { ...options, holds: kind === "cache-layout" ? "cache" : "image" });
}

async function scanEngineImage(id: string, tools: Tools, options: ScanOptions): Promise<ImageScan> {
  const saving = tools.start({ words: [tools.docker ?? "docker", "image", "save", id], stdout: "pipe" });
  const said: Buffer[] = [];
  saving.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const { scanArchive } = await import("../../scan/scan-archive.ts");
  // the engine names its blobs by digest, and publishes from the same store
  const scan = await scanArchive(saving.stdout!, { ...options, trustNames: true });
  const { status } = await saving.ended;
  if (status === 0) return scan;
  const why = Buffer.concat(said).toString().trim().split("\n").at(-1) ?? "";
  return {
    ...scan,
    complete: false,
    skipped: [...scan.skipped, { what: id, why: `docker image save ended with ${status}: ${why}` }],
  };
}
