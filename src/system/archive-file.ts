import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import type { ArchiveFile } from "../scan/pass.ts";
import { largeBytes, openFileThread } from "./file-thread.ts";
import { readWhole } from "./layout.ts";

const pieceBytes = 1 << 19;

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
      part: (at, bytes) =>
        createReadStream("", {
          fd: file,
          autoClose: false,
          start: at,
          end: at + bytes - 1,
          highWaterMark: pieceBytes,
        }),
      digest: thread.digest,
      helpWith: isLarge ? thread.helpWith : undefined,
    });
  } finally {
    await thread.close();
    closeSync(file);
  }
}
