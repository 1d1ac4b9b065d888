import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { FileRead } from "../identity/host.ts";
import { errorCode } from "./error-code.ts";

// Opening a pipe that nobody writes to would wait forever, a terminal would become ours.
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Reads a regular file of at most `limitBytes`; links are followed. */
export async function readFileWithin(path: string, limitBytes: number): Promise<FileRead> {
  let file: FileHandle;
  try {
    file = await open(path, flags);
  } catch (error) {
    return whyNot(errorCode(error));
  }
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) return { kind: "directory" };
    if (!stat.isFile()) return { kind: "special" };
    if (stat.size > limitBytes) return { kind: "too-large", sizeBytes: stat.size };
    return await readAll(file, limitBytes);
  } catch (error) {
    return whyNot(errorCode(error));
  } finally {
    await file.close();
  }
}

/** Its size is not asked: a file in /proc says 0, and one that grows says too little. */
async function readAll(file: FileHandle, limitBytes: number): Promise<FileRead> {
  const buffer = Buffer.alloc(limitBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return { kind: "read", bytes: Uint8Array.from(buffer.subarray(0, length)) };
    length += bytesRead;
  }
  return { kind: "too-large", sizeBytes: length };
}

function whyNot(code: string): FileRead {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return { kind: "missing" };
    case "EACCES":
    case "EPERM":
      return { kind: "forbidden" };
    case "EISDIR":
      return { kind: "directory" };
    case "ENXIO":
      return { kind: "special" };
    default:
      return { kind: "failed", code };
  }
}
