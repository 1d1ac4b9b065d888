import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import { scratch } from "../../system/scratch.ts";

/**
 * What docker answers to a command, as lines of a shell. Each call's words go to the file `calls`, and what it inherits to
 * `environment.COMMAND`. Unless said otherwise no image is there, and the engine sees our folders.
 */
export type Answers = { readonly [command: string]: string };

const usual: Answers = {
  create: 'for last; do :; done; echo "Error response from daemon: No such image: $last" >&2; exit 1',
  image: "exit 1",
  kill: "exit 0",
  container: "echo false",
};

export type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

export type FakeEngine = {
  readonly folder: string;
  readonly start: (words: readonly string[], environment?: Record<string, string>) => ChildProcess;
  readonly run: (words: readonly string[], environment?: Record<string, string>) => Promise<Ran>;
  readonly calls: () => string;
  /** What the docker of this command inherited, line by line. */
  readonly inherited: (command: string) => readonly string[];
};

/** A folder to run buildseal in, with a `docker` on the PATH that is none. */
export function fakeEngine(answers: Answers = {}, config = ""): FakeEngine {
  const folder = scratch();
  const cases = Object.entries({ ...usual, ...answers }).map(([command, lines]) => `${command}) ${lines} ;;`);
  const script = `#!/bin/sh
echo "$*" >>'${folder}/calls'
env >'${folder}/environment.'"$1"
case $1 in
${cases.join("\n")}
esac
`;
  writeFileSync(`${folder}/docker`, script, { mode: 0o700 });
  if (config !== "") writeFileSync(`${folder}/buildseal.yaml`, `version: 1\n${config}`);
  const read = (name: string) => (existsSync(`${folder}/${name}`) ? readFileSync(`${folder}/${name}`, "utf8") : "");
  const start = (words: readonly string[], environment: Record<string, string> = {}) =>
    spawn(process.execPath, ["--", inject("program"), "run", ...words], {
      cwd: folder,
      env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    folder,
    start,
    run: async (words, environment) => ended(start(words, environment)),
    calls: () => read("calls"),
    inherited: (command) => read(`environment.${command}`).split("\n"),
  };
}

export async function ended(child: ChildProcess): Promise<Ran> {
  const status = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { status: await status, stdout, stderr };
}
