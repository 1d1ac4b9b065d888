import { createHash } from "node:crypto";
import { SealError } from "../error.ts";
import { secretLimitBytes } from "../identity/unreadable.ts";
import { Secret } from "../secret/secret.ts";

/** A 0700 directory that goes when the process goes, however it goes; the real one is in `system/`. */
export type Folder = {
  readonly path: string;
  /** Puts a 0600 file in place in one move: who reads it gets the old content or the new, never a part. */
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>;
};

export type SecretStore = {
  /** The path that `--secret id=…,src=…` gets: the same through all renewals. */
  readonly pathOf: (id: string) => string;
  /**
   * Writes a value, a field, or a text that is not secret but is mounted (a role's ARN, a generated file).
   * @throws STORE if it cannot be written; what was there before then stays.
   */
  readonly put: (id: string, value: Secret | string) => Promise<string>;
};

/** @param nameOf the file's name for an id */
export function createSecretStore(folder: Folder, nameOf: (id: string) => string = fileNameOf): SecretStore {
  const writing = new Map<string, Promise<void>>();
  const pathOf = (id: string) => `${folder.path}/${nameOf(id)}`;
  return {
    pathOf,
    put: async (id, value) => {
      const bytes = value instanceof Secret ? value.expose() : new TextEncoder().encode(value);
      if (bytes.byteLength > secretLimitBytes) throw tooLarge(id, bytes.byteLength);
      // One after the other: of two values for one id the later one must be the one that stays.
      const before = writing.get(id) ?? Promise.resolve();
      const written = before.catch(() => {}).then(() => folder.write(nameOf(id), bytes));
      writing.set(id, written);
      try {
        await written;
      } catch (error) {
        throw storeError(id, folder.path, error);
      } finally {
        if (writing.get(id) === written) writing.delete(id);
      }
      return pathOf(id);
    },
  };
}

/**
 * A file name for a secret's id. Two ids never share one, not on a file system that ignores case either: what is not
 * lower case, digit, `.`, `_` or `-` is percent-encoded.
 */
export function fileNameOf(id: string): string {
  const bytes = new TextEncoder().encode(id);
  const name = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9._-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
  if (name === "") return "%";
  if (name.length > 200) return `%%${createHash("sha256").update(bytes).digest("hex")}`;
  return name.startsWith(".") ? `%2E${name.slice(1)}` : name;
}

function tooLarge(id: string, sizeBytes: number): SealError {
  const message = `The secret ${id} has ${sizeBytes} bytes; BuildKit takes no secret of more than ${secretLimitBytes}.`;
  return new SealError("STORE", message, "Bigger things belong into the build context.");
}

function storeError(id: string, path: string, error: unknown): SealError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const [why, remedy] = reasons[code] ?? [`the system says ${code}`, "Check the file system it lies on."];
  return new SealError("STORE", `The secret ${id} could not be written to ${path}: ${why}.`, remedy, { cause: error });
}

const reasons: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ENOSPC: ["there is no room left", "Free some, or give that tmpfs more (in a container: `--shm-size`)."],
  EDQUOT: ["this user's quota is used up", "Free some, or raise the quota."],
  EROFS: ["the file system is read-only", "Set XDG_RUNTIME_DIR or TMPDIR to a directory that can be written."],
  EACCES: ["permission was denied", "Set XDG_RUNTIME_DIR or TMPDIR to a directory of this user's own."],
  EPERM: ["permission was denied", "Set XDG_RUNTIME_DIR or TMPDIR to a directory of this user's own."],
  ENOENT: ["the directory is gone", "See what removes files there while a build runs."],
  EMFILE: ["too many files are open", "Raise the limit of open files (`ulimit -n`)."],
};
