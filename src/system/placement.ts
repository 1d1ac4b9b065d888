import { execFile } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, chown, copyFile, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { mergeLayoutIndex } from "../buildx/image-index.ts";
import { normalizeImageName } from "../buildx/image-name.ts";
import { SealError } from "../error.ts";
import { errorCode } from "./error-code.ts";

const run = promisify(execFile);

/** Puts a file to its place in one move, also where that is on another file system. @throws SealError OUTPUT */
export async function moveFile(from: string, to: string): Promise<void> {
  await placed(to, async () => {
    await mkdir(dirname(to), { recursive: true });
    if (await isWrittenThrough(to)) {
      await pipeline(createReadStream(from, { highWaterMark: 1024 * 1024 }), createWriteStream(to));
      await rm(from, { force: true });
    } else {
      await renameOrCopy(from, to);
    }
  });
}

/**
 * Puts the files of a folder to their place, over what has the same names; `replace`: the rest of it goes.
 *
 * @throws SealError OUTPUT
 */
export async function moveFolder(from: string, to: string, replace: boolean): Promise<void> {
  await placed(to, async () => {
    const existing = replace ? await readdir(to).catch(() => []) : [];
    for (const name of existing) await rm(join(to, name), { recursive: true, force: true });
    await mkdir(to, { recursive: true });
    await moveEntries(from, to);
    await rm(from, { recursive: true, force: true });
  });
}

/** Removes a file or a folder of ours, if it is there. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Adds an OCI layout to a folder that may be one already: its blobs first, its index last. @throws SealError OUTPUT */
export async function mergeLayout(from: string, to: string): Promise<void> {
  await placed(to, async () => {
    const existing = await readFile(join(to, "index.json"), "utf8").catch(() => undefined);
    const index = mergeLayoutIndex(existing, await readFile(join(from, "index.json"), "utf8"));
    await rm(join(from, "index.json"));
    await moveFolder(from, to, false);
    const draft = join(to, `.index.json.${process.pid}`);
    await writeFile(draft, index);
    await rename(draft, join(to, "index.json"));
  });
}

/** What Docker wrote about a build, to where the user asked for it; the names are what the image is called now. */
export async function placeRecord(from: string, to: string, names: readonly string[] | undefined): Promise<void> {
  await placed(to, async () => {
    const text = await readFile(from, "utf8");
    await mkdir(dirname(to), { recursive: true });
    const metadata = names === undefined ? text : withNames(text, names);
    await writeFile(to, metadata);
  });
}

/** A text to where the user asked for it. @throws SealError OUTPUT */
export async function placeText(text: string, to: string): Promise<void> {
  await placed(to, async () => {
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, text);
  });
}

/** A file's bytes to our stdout, which stays open. @throws SealError OUTPUT for a terminal, as Docker refuses it too */
export async function copyToStdout(path: string): Promise<void> {
  if (process.stdout.isTTY) {
    throw new SealError(
      "OUTPUT",
      "The output is an archive, and stdout is a terminal",
      "Redirect it, or write dest=FILE",
    );
  }
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), process.stdout, { end: false });
}

function withNames(text: string, names: readonly string[]): string {
  const metadata = { ...(JSON.parse(text) as object), "image.name": names.map(normalizeImageName).join(",") };
  return JSON.stringify(metadata, undefined, 2);
}

/** What is in one folder into another: files, links and folders as they are, with modes, owners and times. */
async function moveEntries(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const existing = await lstat(target).catch(() => undefined);
    if (existing?.isDirectory() && entry.isDirectory()) {
      await moveEntries(source, target);
      await copyAttributes(source, target);
      continue;
    }
    if (existing !== undefined) await rm(target, { recursive: true, force: true });
    if (!(await isRenamed(source, target))) await copyAsIs(source, target);
  }
}

async function copyAttributes(from: string, to: string): Promise<void> {
  const { mode, uid, gid } = await lstat(from);
  // an owner is kept where that is allowed: for others than root files are their own anyway
  await chown(to, uid, gid).catch(() => {});
  await chmod(to, mode & 0o7777);
  // Node's own calls know no nanoseconds
  await run("touch", ["-r", from, to]);
}

/** To another file system, by the program that keeps times to the nanosecond, hard links and extended attributes. */
async function copyAsIs(from: string, to: string): Promise<void> {
  await run("cp", [process.platform === "linux" ? "-a" : "-pPR", "--", from, to]);
}

/** A link, a pipe or a device keeps its place, as Docker leaves it: what is written goes through it. */
async function isWrittenThrough(path: string): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined);
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

/** A move that keeps all there is to keep; not from one file system to another. */
async function isRenamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === "EXDEV") return false;
    throw error;
  }
}

async function renameOrCopy(from: string, to: string): Promise<void> {
  if (!(await isRenamed(from, to))) {
    const draft = join(dirname(to), `.${basename(to)}.${process.pid}`);
    try {
      await copyFile(from, draft);
      await rename(draft, to);
    } catch (failure) {
      await rm(draft, { force: true });
      throw failure;
    }
    await rm(from, { force: true });
  }
}

async function placed(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof SealError) throw error;
    const message = `${path} could not be written (${errorCode(error)})`;
    throw new SealError("OUTPUT", message, "See that there is room and permission", { cause: error });
  }
}
