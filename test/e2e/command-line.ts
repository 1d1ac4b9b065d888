import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createScratch } from "./scratch.ts";
import { valuesIn } from "./value.ts";

const node = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** The built program with its words, for tests that start it in a way of their own. */
export const argvOf = (words: readonly string[]): readonly [string, ...string[]] => {
  if (!existsSync(main)) throw new Error("dist/main.js is not there: run `npm run build` first");
  return [node, main, ...words];
};

export interface Asked {
  readonly input?: string | Uint8Array;
  readonly variables?: Readonly<Record<string, string>>;
  /** The file or device that stdout is. */
  readonly stdout?: string;
  /** As a user who may read and write only what modes allow: root without the right to pass them over. */
  readonly heedsModes?: boolean;
}

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

/** One home without settings for all runs of a test file: nothing of this machine's user gets into a test. */
const home = createScratch("home");

export const environmentOf = (variables: Asked["variables"] = {}): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  GIT_CONFIG_NOSYSTEM: "1",
  ...variables,
});

/**
 * Runs buildseal as a user does, to its end: a run that hangs is ended after a minute, and has no status. No engine is
 * needed. What it says is searched for every value that was given out.
 */
export function runCommand(folder: string, words: readonly string[], asked: Asked = {}): Answer {
  const [program, ...rest] = asked.heedsModes ? heedingModes(argvOf(words)) : argvOf(words);
  const stdout = asked.stdout === undefined ? undefined : openSync(asked.stdout, "w");
  const run = spawnSync(program, rest, {
    cwd: folder,
    input: asked.input ?? "",
    env: environmentOf(asked.variables),
    stdio: ["pipe", stdout ?? "pipe", "pipe"],
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  if (stdout !== undefined) closeSync(stdout);
  const bytes = run.stdout ?? Buffer.alloc(0);
  const answer = { status: run.status, stdout: bytes.toString(), stderr: run.stderr.toString(), bytes };
  const shown = valuesIn(answer.stdout + answer.stderr);
  if (shown.length > 0) throw new Error(`buildseal ${words.join(" ")} shows a secret's value: ${shown.join(", ")}`);
  return answer;
}

function heedingModes(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  if (process.getuid?.() !== 0) return argv;
  const dropped = ["-dac_override", "-dac_read_search", "-fowner"].join(",");
  return ["setpriv", `--bounding-set=${dropped}`, `--inh-caps=${dropped}`, ...argv];
}

/** A repository's folder with these files; it goes when the test's process ends. */
export function createRepository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = createScratch("repository");
  mkdirSync(join(folder, ".git"));
  for (const [name, content] of Object.entries(files)) writeIn(folder, name, content);
  return folder;
}

export function writeIn(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}
