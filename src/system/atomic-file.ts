import { constants } from "node:fs";
import { type FileHandle, lstat, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SealError } from "../error.ts";
import { copyAttributes } from "./attribute.ts";
import { forgetDraft, keepDraft } from "./draft-keeper.ts";
import { errorCode } from "./error-code.ts";

/**
 * Writes a file so that whoever opens it finds the old bytes or the new ones, never a part: into a draft beside it, to
 * the disk, then in one move. A symbolic link keeps its target, the file its mode, owner, ACLs and other attributes.
 * Nothing is left behind where it fails, or where we are killed. A pipe or a device is written through, and so is a file whose
 * place cannot be taken, unless `before` says what it must hold.
 *
 * @param before what the file held when it was read; undefined: it may hold anything, or not be there
 * @throws SealError OUTPUT, also where the file on disk is no longer `before`
 */
export function writeAtomically(path: string, bytes: Uint8Array, before: Uint8Array | undefined): Promise<void> {
  const turn = lastTurn.then(() => write(path, bytes, before));
  lastTurn = turn.catch(() => {});
  return turn;
}

/** One after the other: the keeper of drafts knows one. */
let lastTurn: Promise<void> = Promise.resolve();

async function write(path: string, bytes: Uint8Array, before: Uint8Array | undefined): Promise<void> {
  try {
    const there = await stat(path).catch(() => undefined);
    // by its own name: what /dev/stdout leads to has no other
    if (there !== undefined && !there.isFile()) return await writeThrough(path, bytes);
    await replace(await targetOf(path), bytes, before, there).catch(async (error: unknown) => {
      if (before !== undefined || there === undefined || !keepsPlace.has(errorCode(error))) throw error;
      await writeThrough(path, bytes);
    });
  } catch (error) {
    if (error instanceof SealError) throw error;
    const code = errorCode(error);
    throw new SealError("OUTPUT", `${path} could not be written (${code})`, remedyFor(code), { cause: error });
  }
}

/** A file that is mounted, or one's own in somebody else's folder: it may be written, and nothing may take its place. */
const keepsPlace: ReadonlySet<string> = new Set(["EBUSY", "EACCES", "EPERM", "EROFS"]);

type Stat = Awaited<ReturnType<typeof stat>>;

async function replace(
  target: string,
  bytes: Uint8Array,
  before: Uint8Array | undefined,
  there: Stat | undefined,
): Promise<void> {
  const draft = draftOf(target);
  await keepDraft(draft);
  try {
    // A new file has the mode that the user's umask gives; a draft of an old one is nobody else's until it has its own.
    const file = await open(draft, "wx", there === undefined ? 0o666 : 0o600);
    try {
      if (there !== undefined) await copyAttributes(target, draft);
      await file.writeFile(bytes);
      if (there !== undefined) await takeOwnerAndMode(file, target, there);
      await file.sync();
    } finally {
      await file.close();
    }
    if (before !== undefined) await refuseChanged(target, before);
    await rename(draft, target);
  } catch (failure) {
    await rm(draft, { force: true });
    throw failure;
  } finally {
    forgetDraft();
  }
  await syncFolder(dirname(target));
}

/** Where a chain of symbolic links ends, be there a file or not. */
export async function targetOf(path: string): Promise<string> {
  const link = await lstat(path).catch(() => undefined);
  return link?.isSymbolicLink() ? realpath(path) : path;
}

let drafts = 0;

// A long name is cut, for a name has at most 255 bytes.
function draftOf(target: string): string {
  return join(dirname(target), `.${basename(target).slice(0, 50)}.buildseal-${process.pid}-${++drafts}`);
}

async function takeOwnerAndMode(file: FileHandle, target: string, { uid, gid, mode }: Stat): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) {
    await file.chown(Number(uid), Number(gid)).catch((error: unknown) => {
      throw new SealError(
        "OUTPUT",
        `${target} belongs to another user or group, and a new file could not be made theirs (${errorCode(error)})`,
        "Run as its owner, or take the result by --output or --diff",
      );
    });
  }
  await file.chmod(Number(mode) & 0o7777);
}

async function refuseChanged(target: string, before: Uint8Array): Promise<void> {
  const now = await readFile(target).catch(() => undefined);
  if (now?.equals(before)) return;
  throw new SealError(
    "OUTPUT",
    `${target} ${now === undefined ? "went away" : "was changed by somebody else"} meanwhile: it was left as it is`,
    "Run again",
  );
}

async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, constants.O_WRONLY);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}

/** So that the move outlives a power cut; some file systems cannot. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** What to do where a file could not be written, by the system's code. */
export function remedyFor(code: string): string {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return "Make room: the file was left as it was";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "See that its folder may be written";
    case "ENOENT":
    case "ENOTDIR":
      return "See that its folder is there";
    case "EISDIR":
      return "Name a file";
    default:
      return "See that there is room and permission";
  }
}
