import { hideLikely } from "../finding/hide-likely.ts";
import type { FileRead } from "./host.ts";
import { plain } from "./quoted.ts";

/** BuildKit takes no secret above this size (session/secrets/secretsprovider). */
export const secretLimitBytes = 512_000;

export type Explanation = { readonly message: string; readonly remedy: string };

type Unread = Exclude<FileRead, { kind: "read" }>;

/** Why a file's content could not be had, and what to do. `what` is a noun phrase: "The token file". */
export function explainUnreadable(read: Unread, what: string, path: string): Explanation {
  if (isValue(path) || isTooLong(read)) {
    return {
      message: `${what.replace(/,$/, "")} is named by no path: what stands in its place reads like the value itself, and is not shown.`,
      remedy: "Write the value into a file, and name that file (a path that looks so: with `./` before it).",
    };
  }
  const file = `${what} ${plain(path, 400)}`;
  switch (read.kind) {
    case "missing":
      return {
        message: `${file} does not exist.`,
        remedy: "Check the path, and that the volume or step that makes the file is there in this job.",
      };
    case "forbidden":
      return {
        message: `${file} may not be read by this user.`,
        remedy: "Give this user read access (for a projected token: `fsGroup` in the pod's securityContext).",
      };
    case "directory":
      return { message: `${file} is a directory.`, remedy: "Name the file in it." };
    case "special":
      return {
        message: `${file} is a pipe, socket or device, which can be read only once or never ends.`,
        remedy: "Name a regular file, or use `from: exec` for what a command prints.",
      };
    case "too-large":
      return {
        message: `${file} holds ${read.sizeBytes} bytes; BuildKit takes no secret of more than ${secretLimitBytes}.`,
        remedy: "Check that it is the right file; a bigger thing than a secret belongs into the build context.",
      };
    case "failed":
      return {
        message: `${file} could not be read (${plain(read.code)}).`,
        remedy: "Check the disk or mount it lies on.",
      };
  }
}

/** A token or a key where the path of its file should stand. Long random parts behind a `/` are usual in projected volumes. */
export function isValue(path: string): boolean {
  return /[\r\n]/.test(path) || (!/^(?:~|\.{0,2}\/)/.test(path) && hideLikely(path) !== path);
}

/** No file can have such a name: the system would not even look. */
function isTooLong(read: Unread): boolean {
  return read.kind === "failed" && read.code === "ENAMETOOLONG";
}
