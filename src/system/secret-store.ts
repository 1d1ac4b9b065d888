import { randomUUID } from "node:crypto";
import { constants, rmSync } from "node:fs";
import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { SealError } from "../error.ts";
import type { Environment } from "../identity/host.ts";
import { createSecretStore, type Folder, type SecretStore } from "../source/store.ts";
import { showAlive } from "./alive.ts";
import type { ChildKeeper } from "./child.ts";
import { errorCode } from "./error-code.ts";
import { type Guardian, startGuardian } from "./guardian.ts";
import { guardianScript } from "./guardian-script.ts";
import { type MadeDirectory, makeDiskDirectory, makeMemoryDirectory, makeNamedDirectory } from "./tmpfs.ts";

export type OpenStore = SecretStore &
  ChildKeeper & {
    /** The 0700 directory that all of it lies in. */
    readonly directory: string;
    /** A folder in it for small things: the rewritten Dockerfile and what stands beside it. */
    readonly workFolder: string;
    /** There was no place in memory: values touch the disk while the build runs. */
    readonly onDisk: boolean;
    readonly notices: readonly string[];
    /** A folder in it that containers can read once it is mounted. */
    readonly openShared: () => Promise<SharedFolder>;
    /** Shell commands to be run if we are killed: before the directory goes, and once more when our children have ended. */
    readonly atDeath: (script: string) => Promise<void>;
    /** The one folder for big things, on disk, guarded and swept like the first. */
    readonly openWorkFolder: () => Promise<string>;
    /** Removes everything. What cannot be removed is left to the guardian, and told. */
    readonly close: () => Promise<readonly string[]>;
  };

/**
 * A folder with a name that nobody else has, to be mounted in a container. All may read what is in it (whoever the
 * container's user is), and on the host nobody comes to it: the 0700 directory is above. Ids are paths in it.
 */
export type SharedFolder = SecretStore & { readonly path: string };

export type StoreAsk = {
  readonly environment: Environment;
  /** The one folder that it may lie in, as the user named it. */
  readonly place?: string | undefined;
  /** Something that the user should know and that happened later: a sentence. */
  readonly notice: (sentence: string) => void;
};

type Room = { readonly path: string; readonly close: () => void };

/**
 * Opens the one home of this build's secrets. When this returns, a guardian stands by that removes it if we are killed.
 * @throws STORE
 */
export async function openSecretStore(ask: StoreAsk): Promise<OpenStore> {
  const named = ask.place === undefined ? undefined : await makeNamedDirectory(ask.place);
  const memory = named ?? (await makeMemoryDirectory(ask.environment));
  const made = memory.path === undefined && named === undefined ? await makeDiskDirectory() : memory;
  const first = await openRoom(made, named === undefined ? undefined : "Name a folder that this user can write to.");
  const rooms = [first];
  const removeNow = (): void => {
    for (const room of rooms) rmSync(room.path, { recursive: true, force: true });
  };
  // For an end that no `close` came before: an error at the top, a process.exit.
  process.once("exit", removeNow);
  const guardian = await furnish(first, ask).catch((error: unknown) => {
    process.off("exit", removeNow);
    first.close();
    removeNow();
    throw error;
  });
  let workFolder: Promise<string> | undefined;
  return {
    ...createSecretStore(folderAt(`${first.path}/secrets`)),
    keepChild: guardian.keepChild,
    forgetChild: guardian.forgetChild,
    directory: first.path,
    workFolder: `${first.path}/work`,
    onDisk: named === undefined ? memory.path === undefined : !named.inMemory,
    notices: named?.notices ?? (memory.path === undefined ? [diskNotice(first.path, memory.refusals)] : []),
    openShared: () => openShared(first.path),
    atDeath: async (script) => {
      await folderAt(first.path).write("at-death", new TextEncoder().encode(script));
      guardian.keepDeed(`${first.path}/at-death`);
    },
    openWorkFolder: () => {
      workFolder ??= makeDiskDirectory().then(async (disk) => {
        if (disk.path !== undefined) guardian.keepDirectory(disk.path);
        const room = await openRoom(disk);
        rooms.push(room);
        return room.path;
      });
      return workFolder;
    },
    close: async () => {
      await workFolder?.catch(() => {});
      process.off("exit", removeNow);
      const left: string[] = [];
      for (const room of rooms.splice(0)) {
        room.close();
        await rm(room.path, { recursive: true, force: true, maxRetries: 2 }).catch((error: unknown) => {
          left.push(`${room.path} could not be removed yet (${errorCode(error)}).`);
        });
      }
      if (left.length === 0) await guardian.done();
      else guardian.takeOver();
      return left;
    },
  };
}

/** Shows that the directory is in use. */
async function openRoom(
  made: MadeDirectory,
  remedy = "Set TMPDIR to a directory that this user can write to.",
): Promise<Room> {
  const { path } = made;
  if (path === undefined) {
    const message = `There is no place for a directory of our own: ${made.refusals.join("; ")}.`;
    throw new SealError("STORE", message, remedy);
  }
  try {
    return { path, ...(await showAlive(path)) };
  } catch (error) {
    rmSync(path, { recursive: true, force: true });
    const message = `No socket can be made in ${path} (${errorCode(error)}), which shows other runs that the directory is in use.`;
    const remedy = "Set TMPDIR (or XDG_RUNTIME_DIR) to a directory on a local file system, with a short path.";
    throw new SealError("STORE", message, remedy, { cause: error });
  }
}

/** The folders in it, and the guardian: all that must be there before the first value. */
async function furnish(room: Room, ask: StoreAsk): Promise<Guardian> {
  const script = `${room.path}/guardian`;
  try {
    await mkdir(`${room.path}/secrets`, { mode: 0o700 });
    await mkdir(`${room.path}/work`, { mode: 0o700 });
    await folderAt(room.path).write("guardian", new TextEncoder().encode(guardianScript));
  } catch (error) {
    const message = `The directory for secrets, ${room.path}, cannot be written to (${errorCode(error)}).`;
    throw new SealError("STORE", message, "See that there is room and permission, or set XDG_RUNTIME_DIR.", {
      cause: error,
    });
  }
  return startGuardian({ script, directory: room.path, path: ask.environment["PATH"], lost: ask.notice });
}

async function openShared(directory: string): Promise<SharedFolder> {
  const path = `${directory}/shared-${randomUUID()}`;
  await makeReadable(path);
  const write: Folder["write"] = async (name, bytes) => {
    const folder = dirname(`${path}/${name}`);
    await makeReadable(folder);
    await folderAt(folder, 0o444).write(basename(name), bytes);
  };
  return { path, ...createSecretStore({ path, write }, (name) => name) };
}

/** A folder, and those above it that are missing, as all may go into it: our umask would keep them out. */
async function makeReadable(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) === "EEXIST") return;
    if (errorCode(error) !== "ENOENT") throw error;
    await makeReadable(dirname(path));
    return makeReadable(path);
  }
  await chmod(path, 0o755);
}

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

function folderAt(path: string, mode = 0o600): Folder {
  return {
    path,
    write: async (name, bytes) => {
      const draft = `${path}/.${randomUUID()}`;
      try {
        const file = await open(draft, newFile, 0o600);
        try {
          await file.writeFile(bytes);
          // the umask took from it what others are to have
          if (mode !== 0o600) await file.chmod(mode);
        } finally {
          await file.close();
        }
        await rename(draft, `${path}/${name}`);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => {});
        throw error;
      }
    },
  };
}

function diskNotice(path: string, refusals: readonly string[]): string {
  const why = refusals.length === 0 ? "this system has none" : refusals.join("; ");
  return `Secrets lie on disk while the build runs, in ${path}, as there is no file system in memory for them (${why}).`;
}
