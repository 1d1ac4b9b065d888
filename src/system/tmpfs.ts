import { lstat, mkdtemp, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Environment } from "../identity/host.ts";
import { plain } from "../identity/quoted.ts";
import { errorCode } from "./error-code.ts";

/** Directories of ours begin with this; a sweep touches nothing else. */
export const directoryPrefix = "buildseal.store-";

/** `f_type` of statfs(2), linux/magic.h. */
const memoryTypes: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);
/** Every secret of a build, twice (a renewal writes beside the old file), with room to spare. */
const roomBytes = 2 * 1024 * 1024;
const roomFiles = 64;

/** Where directories for secrets may lie, the best first: the user's own, what all share, root's. */
export function memoryPlaces(environment: Environment): readonly string[] {
  if (process.platform !== "linux") return [];
  const own = environment["XDG_RUNTIME_DIR"];
  return [...new Set([own, "/dev/shm", "/run", tmpdir()].filter((path) => path?.startsWith("/")))] as string[];
}

/**
 * Where directories may lie that hold big things, or secrets where there is no place in memory: where TMPDIR says, else
 * first where large files belong (file-hierarchy(7)), for /tmp is often in memory.
 */
export function diskPlaces(): readonly string[] {
  const own = tmpdir();
  return own === "/tmp" ? ["/var/tmp", "/tmp"] : [...new Set([own, "/var/tmp", "/tmp"])];
}

/** A new 0700 directory with a name of its own, in the first place that takes one; why the others did not. */
export type MadeDirectory = { readonly path: string | undefined; readonly refusals: readonly string[] };

export async function makeMemoryDirectory(environment: Environment): Promise<MadeDirectory> {
  return makeDirectory(memoryPlaces(environment), whyNotMemory);
}

/**
 * The same in a folder that the user named himself: what speaks against it is said, and it is used. A volume that a pod's
 * containers share belongs to nobody's user alone and has no sticky bit.
 */
export async function makeNamedDirectory(
  place: string,
): Promise<MadeDirectory & { readonly inMemory: boolean; readonly notices: readonly string[] }> {
  const whys: string[] = [];
  let inMemory = true;
  const made = await makeDirectory([place], async () => {
    const unsafe = await whyNotSafe(place);
    const onDisk = await whyNotMemory(place);
    inMemory = onDisk === undefined;
    whys.push(...[unsafe, onDisk].filter((why) => why !== undefined));
    return undefined;
  }, []);
  return {
    ...made,
    inMemory,
    notices: whys.map((why) => `Secrets lie in ${plain(place)}, as was asked for: it ${why}.`),
  };
}

export async function makeDiskDirectory(): Promise<MadeDirectory> {
  return makeDirectory(diskPlaces(), async () => undefined);
}

async function makeDirectory(
  places: readonly string[],
  whyNot: (place: string) => Promise<string | undefined>,
  usual: readonly ((place: string) => Promise<string | undefined>)[] = [whyNotSafe],
): Promise<MadeDirectory> {
  const refusals: string[] = [];
  for (const place of places) {
    try {
      // Lines and command lines carry the path: one with a line break in it would be two.
      const reason = place.includes("\n") ? "has a line break" : await firstOf([...usual, whyNot], place);
      // mkdtemp makes it with mode 0700 (mkdtemp(3)).
      if (reason === undefined) return { path: await mkdtemp(`${place}/${directoryPrefix}`), refusals };
      refusals.push(`${plain(place)} ${reason}`);
    } catch (error) {
      refusals.push(`${plain(place)} cannot be used (${errorCode(error)})`);
    }
  }
  return { path: undefined, refusals };
}

async function firstOf(
  questions: readonly ((place: string) => Promise<string | undefined>)[],
  place: string,
): Promise<string | undefined> {
  for (const ask of questions) {
    const why = await ask(place);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** Where others may write they must not be able to move our directory away: the sticky bit says so. */
async function whyNotSafe(place: string): Promise<string | undefined> {
  const { mode, uid } = await lstat(`${place}/.`);
  const othersWrite = (mode & 0o022) !== 0;
  if (othersWrite && (mode & 0o1000) === 0) return "can be written by others and has no sticky bit";
  const isTrusted = uid === 0 || uid === process.getuid?.();
  return isTrusted || (mode & 0o1000) !== 0 ? undefined : "belongs to somebody else";
}

async function whyNotMemory(place: string): Promise<string | undefined> {
  const { type, blocks, bavail, bsize, files, ffree } = await statfs(place);
  if (!memoryTypes.has(type)) return "is not in memory";
  // Without a limit (ramfs, tmpfs with size=0) all of these are 0.
  if (blocks > 0 && bavail * bsize < roomBytes) return "has no room left";
  return files > 0 && ffree < roomFiles ? "has no room for files left" : undefined;
}
