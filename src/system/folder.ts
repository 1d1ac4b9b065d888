import { createReadStream } from "node:fs";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadDockerfile } from "../buildx/dockerfile-source.ts";
import { type GitAnswer, withoutCredentials } from "../buildx/git-context.ts";
import type { Spooled } from "../buildx/tar-context.ts";
import { SealError } from "../error.ts";
import type { Environment, RunCommand } from "../identity/host.ts";
import { errorCode } from "./error-code.ts";
import { exists, readText, statOf, textLimitBytes, unreadable } from "./text-file.ts";

/** Reading what a build is made from: files, stdin, URLs, git repositories. */
export type Folder = ReadDockerfile & {
  /** Nothing where there is no such file. @throws SealError CONFIG for one that cannot be read */
  readonly readText: (path: string) => Promise<string | undefined>;
  readonly exists: (path: string) => Promise<boolean>;
};

export type FolderAsk = {
  /** Of the proxies that URLs are read through. */
  readonly environment: Environment;
  /** A 0700 folder for what is spooled; made when it is first asked for. */
  readonly workFolder: () => Promise<string>;
  readonly run: RunCommand;
  /** A git configuration file with the credential that the user gave the build for its git context, if he did. */
  readonly gitConfiguration: () => Promise<string | undefined>;
};

const gitLimitMs = 300_000;
const gitLimitBytes = 64 * 1024 * 1024;

export function createFolder(ask: FolderAsk): Folder {
  let spools = 0;
  let configuration: Promise<string | undefined> | undefined;
  const spool = async (body: AsyncIterable<Uint8Array>): Promise<Spooled> => {
    const path = join(await ask.workFolder(), `spool-${++spools}`);
    const file = await open(path, "wx", 0o600);
    await pipeline(Readable.from(body, { objectMode: false }), file.createWriteStream());
    return { head: await headOf(path), open: () => createReadStream(path, { highWaterMark: 1024 * 1024 }) };
  };
  return {
    isFolder: async (path) => (await statOf(path))?.isDirectory() ?? false,
    exists,
    readFile: async (path) => {
      const found = await statOf(path);
      if (found === undefined) return undefined;
      if (found.size > textLimitBytes) throw unreadable("DOCKERFILE", path, "it has more than 64 MB");
      return readFile(path).catch((error: unknown) => {
        throw unreadable("DOCKERFILE", path, errorCode(error));
      });
    },
    readText,
    spoolStdin: () => spool(process.stdin as AsyncIterable<Uint8Array>),
    spoolUrl: async (url) => {
      const { openUrl } = await import("./url-body.ts");
      const refuse = (error: Error): never => {
        const shown = URL.canParse(url) ? withoutCredentials(url) : "The Dockerfile's URL";
        throw unreadable("DOCKERFILE", shown, error.message);
      };
      return spool(refusing(await openUrl(url, ask.environment).catch(refuse), refuse));
    },
    git: async (args): Promise<GitAnswer> => {
      const folder = join(await ask.workFolder(), "git");
      configuration ??= ask.gitConfiguration();
      const file = await configuration;
      const include = file === undefined ? [] : ["-c", `include.path=${file}`];
      const outcome = await ask.run({
        command: ["git", "-C", await madeFolder(folder), "-c", "core.hooksPath=/dev/null", ...include, ...args],
        timeLimitMs: gitLimitMs,
        outputLimitBytes: gitLimitBytes,
      });
      if (outcome.kind === "not-found") {
        throw new SealError(
          "DOCKERFILE",
          "The context is a git repository, and there is no git here to read its Dockerfile with.",
          "Install git, or build from a folder.",
        );
      }
      if (outcome.kind !== "exited") return { exitCode: 128, stdout: new Uint8Array(), stderr: `git: ${outcome.kind}` };
      return { exitCode: outcome.status, stdout: outcome.stdout, stderr: outcome.stderr };
    },
  };
}

async function madeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    return Uint8Array.from(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** What goes wrong on the way, in the words of `refuse`. */
async function* refusing(body: AsyncIterable<Uint8Array>, refuse: (error: Error) => never): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    refuse(error as Error);
  }
}
