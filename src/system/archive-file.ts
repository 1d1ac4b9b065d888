import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { batchBytes, batchesThere } from "../layer/decode.ts";
import type { ArchiveFile } from "../scan/pass.ts";
import { largeBytes, openFileThread } from "./file-thread.ts";
import { readWhole } from "./layout.ts";

/** Opens a file for a scan, and closes it after it. Throws the system's error where it cannot be opened. */
export async function withArchiveFile<Result>(
  path: string,
  use: (file: ArchiveFile) => Promise<Result>,
): Promise<Result> {
  const file = openSync(path, "r");
  const thread = openFileThread(file);
  const isLarge = fstatSync(file).size >= largeBytes;
  if (isLarge) thread.start();
  try {
    return await use({
      read: (into, from, to, at) => readSync(file, into, from, to - from, at),
      stream: () => readWhole(path),
      part: (at, bytes) => readPart(file, at, bytes),
      digest: thread.digest,
      helpWith: isLarge ? thread.helpWith : undefined,
    });
  } finally {
    await thread.close();
    closeSync(file);
  }
}

const readInto = promisify(read);

/** Memory that is used again is not left to the collector, which would mark all that there is for every few batches. */
async function* readPart(file: number, at: number, bytes: number): AsyncGenerator<Uint8Array> {
  const buffers: Buffer[] = [];
  for (let done = 0, nth = 0; done < bytes; nth = (nth + 1) % batchesThere) {
    const wanted = Math.min(batchBytes, bytes - done);
    buffers[nth] ??= Buffer.allocUnsafeSlow(wanted);
    const count = await fill(file, buffers[nth]!.subarray(0, wanted), at + done);
    if (count > 0) yield buffers[nth]!.subarray(0, count);
    if (count < wanted) return;
    done += count;
  }
}

async function fill(file: number, buffer: Buffer, at: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await readInto(file, buffer, done, buffer.length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
