import { execFile } from "node:child_process";

/**
 * Gives a file another one's extended attributes: ACLs, a security label, what a user noted. Node has no call for them,
 * GNU cp has; where there is none (busybox, macOS) they are lost, and mode and owner are set by others anyway.
 */
export function copyAttributes(from: string, to: string): Promise<void> {
  if (process.platform !== "linux") return Promise.resolve();
  return new Promise((done) => {
    execFile("cp", ["--attributes-only", "--preserve=mode,ownership,xattr", "--", from, to], () => done());
  });
}
