import { readFile, stat } from "node:fs/promises";
import { SealError } from "../error.ts";
import { errorCode } from "./error-code.ts";
import { isHandedOver } from "./handed-over.ts";

/** A Dockerfile or a configuration: everything larger is a mistake. */
export const textLimitBytes = 64 * 1024 * 1024;

/** Nothing where there is no such file. @throws SealError CONFIG for one that cannot be read */
export async function readText(path: string): Promise<string | undefined> {
  const found = await statOf(path);
  if (found === undefined) return undefined;
  if (!found.isFile() && !isHandedOver(path)) throw unreadable("CONFIG", path, notRegular(found));
  if (found.size > textLimitBytes) throw unreadable("CONFIG", path, "it has more than 64 MB");
  return readFile(path, "utf8").catch((error: unknown) => {
    throw unreadable("CONFIG", path, errorCode(error));
  });
}

function notRegular(found: { isDirectory: () => boolean }): string {
  return found.isDirectory() ? "it is a folder" : "it is no regular file";
}

export async function exists(path: string): Promise<boolean> {
  return (await statOf(path)) !== undefined;
}

/** @throws SealError DOCKERFILE where it may be there and cannot be told */
export async function statOf(path: string) {
  return stat(path).catch((error: unknown) => {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw unreadable("DOCKERFILE", path, code);
  });
}

export function unreadable(code: "DOCKERFILE" | "CONFIG", what: string, why: string): SealError {
  return new SealError(code, `${what} cannot be read: ${why}`, "See that it is there and may be read");
}
