import { fstatSync } from "node:fs";
import { errorCode } from "./error-code.ts";

/**
 * Keeps an error of our own output streams from ending us in the middle, secrets and drafts lying about. Who reads stdout
 * no longer (`| head -1`) has had enough: that is no failure, the work and its status stay what they are. Any other error
 * is told by its code, once. Nothing can be said of an error of stderr.
 */
export function watchOutput(failed: (code: string) => void): void {
  process.stdout.on("error", (error) => {
    const code = errorCode(error);
    if (code !== "EPIPE") failed(code);
  });
  process.stderr.on("error", () => {});
}

/** Whether what is written to a descriptor goes to a file, and not to a terminal, a pipe or a device (fstat(2)). */
export function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}
