import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { errorCode } from "./error-code.ts";
import { isHandedOver } from "./handed-over.ts";

/** A larger file is no Dockerfile. Reading and linting takes up to 90 times its bytes: with this, memory stays under 1.5 GB. */
const LARGEST_BYTES = 16 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/**
 * Reads a file that is to be looked at, or says why it cannot be. At once, not as a promise: of thousands of small files
 * that takes a third of the time.
 *
 * @param named it was named by the user: then a pipe that a shell made is read to its end, as `lint <(render)` wants it
 */
export function readSourceFile(path: string, named: boolean): Uint8Array | { readonly why: string } {
  try {
    // opening a pipe that nobody writes to would wait forever
    const mayWait = named && isHandedOver(path);
    const file = openSync(path, constants.O_RDONLY | constants.O_NOCTTY | (mayWait ? 0 : constants.O_NONBLOCK));
    try {
      const stat = fstatSync(file);
      if (stat.isDirectory()) return { why: "it is a folder" };
      if (!stat.isFile() && !mayWait) return { why: "it is no regular file" };
      if (stat.size > LARGEST_BYTES) return tooLarge;
      return readAll(file, stat.isFile() ? stat.size + 1 : FIRST_BYTES);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { why: whyNot(errorCode(error)) };
  }
}

const tooLarge = { why: `it is larger than ${LARGEST_BYTES / 1024 / 1024} MiB` };

/** Its size is only where reading begins: a file may grow, and one in /proc says 0. */
function readAll(file: number, sizeBytes: number): Uint8Array | { readonly why: string } {
  let buffer = Buffer.allocUnsafeSlow(Math.max(sizeBytes, 512));
  let length = 0;
  for (;;) {
    const bytesRead = readSync(file, buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > LARGEST_BYTES) return tooLarge;
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafeSlow(buffer.length * 2);
      buffer.copy(larger);
      buffer = larger;
    }
  }
}

/** What an error code of the file system says, as a clause about the file. */
export function whyNot(code: string): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "it may not be read";
    case "ELOOP":
      return "its symbolic links lead in a circle";
    case "EISDIR":
      return "it is a folder";
    case "ENAMETOOLONG":
      return "its path is too long";
    case "ENXIO":
      return "it is no regular file";
    default:
      return `the system says ${code}`;
  }
}
