import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SealError } from "../error.ts";
import { remedyFor, targetOf } from "./atomic-file.ts";
import { errorCode } from "./error-code.ts";

/**
 * Refuses a place that `writeAtomically` could not write to, before work is done whose result is to go there. A disk that
 * is full by then is told by the write.
 * @throws SealError OUTPUT
 */
export async function refuseUnwritable(path: string): Promise<void> {
  const code = await refusalOf(path);
  if (code === undefined) return;
  throw new SealError("OUTPUT", `${path} cannot be written (${code})`, remedyFor(code));
}

async function refusalOf(path: string): Promise<string | undefined> {
  try {
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory() || path.endsWith("/")) return "EISDIR";
    // what is no file is written through; beside a file there comes a draft
    if (there !== undefined && !there.isFile()) await access(path, constants.W_OK);
    else await access(`${dirname(await targetOf(path))}/.`, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}
