import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Memory, printRecords, readRecords } from "../gate/record.ts";
import { tagOf } from "../gate/searched.ts";
import type { Environment } from "../identity/host.ts";
import { Secret } from "../secret/secret.ts";
import { errorCode } from "./error-code.ts";
import { userFolder } from "./home.ts";

/**
 * The records of layers in the user's cache folder, and the key that seals them in his state folder: a cache folder may
 * be restored from somewhere else, the key is this user's own.
 */
export type RecordFile = Memory & {
  /** Names a value in the records; undefined where there is no key, or the value is too short. */
  readonly tag: (secret: Secret) => string | undefined;
  /** Replaces the file in one move. What keeps it from being written is a sentence: records are a help, not a need. */
  readonly write: (memory: Memory) => Promise<string | undefined>;
  readonly notices: readonly string[];
};

const keyBytes = 32;

export async function openRecordFile(environment: Environment): Promise<RecordFile> {
  const [cache, state] = [userFolder("cache", environment), userFolder("state", environment)];
  const keyPath = environment["BUILDSEAL_RECORD_KEY"] || (state && join(state, "buildseal", "record.key"));
  if (cache === undefined || keyPath === undefined) {
    return withoutRecords("this user has no home folder (HOME, or XDG_CACHE_HOME and XDG_STATE_HOME)");
  }
  const path = join(cache, "buildseal", "records.json");
  try {
    const key = await readKey(keyPath);
    const text = await readFile(path, "utf8").catch(() => undefined);
    const { records, blobs, refused } = readRecords(text, key);
    return {
      records,
      blobs,
      tag: (secret) => tagOf(secret, key),
      write: (changed) => writeRecords(path, changed, key),
      notices: refused ? [`the records in ${path} do not bear this user's seal: they count for nothing`] : [],
    };
  } catch (error) {
    return withoutRecords(`${keyPath} cannot be used (${errorCode(error)})`);
  }
}

function withoutRecords(why: string): RecordFile {
  return {
    records: new Map(),
    blobs: new Map(),
    tag: () => undefined,
    write: async () => undefined,
    notices: [`no records of scanned layers are kept: ${why}`],
  };
}

async function readKey(path: string): Promise<Secret> {
  const existing = await readFile(path).catch(() => undefined);
  if (existing?.length === keyBytes) return new Secret("record key", existing);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  const file = await open(draft, "w", 0o600);
  const bytes = randomBytes(keyBytes);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
  await rename(draft, path);
  return new Secret("record key", bytes);
}

async function writeRecords(path: string, memory: Memory, key: Secret): Promise<string | undefined> {
  const draft = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, printRecords(memory, key), { mode: 0o600 });
    await rename(draft, path);
    return undefined;
  } catch (error) {
    return `the records of scanned layers could not be written to ${path} (${errorCode(error)})`;
  }
}
