import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire, enableCompileCache } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { homeFolder, userFolder } from "./home.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type Program<Exports> = {
  readonly exports: Exports;
  /** To be called after a usual run: keeps what V8 compiled of the program by then, unless that is kept already. */
  readonly keep: () => void;
};

/**
 * Runs a CommonJS bundle whose first line is a hash of it, as V8 compiled it in an earlier run. Node's own compile cache
 * has what is compiled when a file is loaded, which is not the functions: with them the start costs a quarter less. What
 * the bundle requires is left to Node's. Nothing of the files that are looked at is in either.
 *
 * Both lie in the user's cache folder. Where nothing can be written, and in a CI job, nothing is kept, and nobody is told.
 * NODE_DISABLE_COMPILE_CACHE=1 turns both off.
 */
export function loadProgram<Exports>(path: string, environment: Environment): Program<Exports> {
  const source = readFileSync(path, "utf8");
  const folder = environment["NODE_DISABLE_COMPILE_CACHE"] === "1" ? undefined : usableFolder(environment);
  if (folder !== undefined) enableCompileCache(folder);
  const kept = folder === undefined ? undefined : keptCode(folder, path, source);
  const cachedData = kept?.read();
  const script = new Script(`(function (exports, require, module) {${source}\n})`, {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, createRequire(path), module);
  return {
    exports: module.exports,
    keep: () => {
      if (cachedData === undefined || script.cachedDataRejected === true) kept?.write(script.createCachedData());
    },
  };
}

/** V8 knows its own version and its flags, but of the source only the length; damaged code it runs into a fault. */
function keptCode(folder: string, path: string, source: string) {
  const stamp = Buffer.from(source.slice(0, source.indexOf("\n")), "latin1");
  const file = join(folder, `${basename(path)}-${process.version}-${process.arch}`);
  return {
    read: (): Buffer | undefined => {
      try {
        const bytes = readFileSync(file);
        const code = bytes.subarray(stamp.length + sumBytes);
        return bytes.subarray(0, stamp.length + sumBytes).equals(Buffer.concat([stamp, sumOf(code)]))
          ? code
          : undefined;
      } catch {
        return undefined;
      }
    },
    write: (code: Buffer): void => {
      // one name for all who write at once: who finds it there takes it away, and a killed one's with it
      const unfinished = `${file}.new`;
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        writeFileSync(unfinished, Buffer.concat([stamp, sumOf(code), code]), { flag: "wx", mode: 0o600, flush: true });
        renameSync(unfinished, file);
      } catch {
        discard(unfinished);
      }
    },
  };
}

const sumBytes = 4;

/** It is for what breaks; who writes there is the user. A sum in JavaScript is slow at a start: nobody has compiled it yet. */
function sumOf(code: Uint8Array): Buffer {
  const sum = Buffer.alloc(sumBytes);
  sum.writeUInt32LE(process.getBuiltinModule("node:zlib").crc32(code));
  return sum;
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // a folder that may be read alone
  }
}

function usableFolder(environment: Environment): string | undefined {
  try {
    return compiledCodeFolder(environment);
  } catch {
    // a home that may not be entered: the program starts without
    return undefined;
  }
}

/**
 * Where it may be kept. What lies there is run, so it must be ours: not the folder for temporary files, which all users
 * share, and not the home of another user, which is what HOME says under some sudo. In a CI job nothing is kept: a runner
 * that stays has one home for jobs that may not trust each other, and one that goes would keep it for nobody.
 */
export function compiledCodeFolder(environment: Environment): string | undefined {
  if (/^(?:true|1)$/i.test(environment["CI"] ?? "")) return undefined;
  const caches = userFolder("cache", environment);
  if (caches === undefined) return undefined;
  const own = join(caches, "buildseal");
  const folder = join(own, "compiled");
  for (const each of [folder, own, caches, homeFolder(environment)]) {
    const found = each === undefined ? undefined : statSync(each, { throwIfNoEntry: false });
    if (found === undefined) continue;
    return isOurs(found) ? folder : undefined;
  }
  return undefined;
}

function isOurs({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  // Windows has no numbers of users, and keeps the profile's folders to their owner
  // nothing is kept where we may not write either (/proc as a home: Node would try for ever)
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o222) === 0o200);
}
