import { closeSync, openSync, readSync } from "node:fs";
import type { ArchiveFile } from "../scan/pass.ts";
import { readWhole } from "./layout.ts";

/** Opens a file for a scan, and closes it after it. Throws the system's error where it cannot be opened. */
export async function withArchiveFile<Result>(
  path: string,
  use: (file: ArchiveFile) => Promise<Result>,
): Promise<Result> {
  const file = openSync(path, "r");
  try {
    return await use({
      read: (into, from, to, at) => readSync(file, into, from, to - from, at),
      stream: () => readWhole(path),
    });
  } finally {
    closeSync(file);
  }
}
