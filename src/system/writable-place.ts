import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SealError } from "../error.ts";
import { remedyFor, targetOf } from "./atomic-file.ts";
import { errorCode } from "./error-code.ts";

/**
 * Refuses a place that `writeAtomically` could not write to, before work is done whose result is to go there. A disk that
 * is full by then is told by the write.
 * @param makesFolder whether its folder is made when it is written
 * @throws SealError OUTPUT
 */
export async function refuseUnwritable(path: string, { makesFolder = false } = {}): Promise<void> {
  const code = await refusalOf(path, makesFolder);
  if (code === undefined) return;
  throw new SealError("OUTPUT", `${path} cannot be written (${code})`, remedyFor(code));
}

async function refusalOf(path: string, makesFolder: boolean): Promise<string | undefined> {
  try {
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory() || path.endsWith("/")) return "EISDIR";
    // written through, if there is no other way
    if (there !== undefined) return await access(path, constants.W_OK).then(() => undefined);
    const folder = dirname(await targetOf(path));
    await access(`${makesFolder ? await firstThere(folder) : folder}/.`, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}

async function firstThere(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    (error: unknown) => errorCode(error) !== "ENOENT",
  );
  return isThere || dirname(folder) === folder ? folder : firstThere(dirname(folder));
}
