import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Running, startBuildseal } from "./buildseal.ts";
import { tokenConfig } from "./granted-build.ts";
import { createMemoryFolder } from "./memory-folder.ts";
import { processesWith } from "./process-tree.ts";
import { createProject, unique } from "./project.ts";
import { createScratch } from "./scratch.ts";
import type { Engine } from "./service/engine.ts";
import { createValue, formsOf } from "./value.ts";

export interface EndlessBuild {
  readonly value: string;
  /** Where its temporary things lie: in memory, and on disk. Nobody else has anything there. */
  readonly memory: string;
  readonly disk: string;
  readonly image: string;
  /** Starts it and waits until the granted step runs. */
  start(variables?: Readonly<Record<string, string>>, options?: { readonly terminal?: boolean }): Promise<Running>;
  /** Whether the step's own process runs, in the engine. */
  stepRuns(): boolean;
  /** Whatever lies in its two folders. */
  left(): string[];
}

/** A build whose granted step runs for a very long time. Its secret is `token`. */
export async function createEndlessBuild(engine: Engine): Promise<EndlessBuild> {
  const memory = createMemoryFolder();
  onTestFinished(memory.remove);
  const disk = createScratch("tmp");
  const word = unique();
  const seconds = `${7_000_000 + Math.floor(Math.random() * 1_000_000)}`;
  const project = await createProject({
    Dockerfile: `FROM buildseal/busybox\nRUN : granted ${word}; echo the step runs; sleep ${seconds}\n`,
    "buildseal.yaml": tokenConfig,
  });
  const value = createValue();
  const image = `endless:${word}`;
  return {
    value,
    memory: memory.path,
    disk,
    image,
    stepRuns: () => processesWith(`sleep ${seconds}`).some((pid) => commandOf(pid)[0] === "sleep"),
    left: () => [memory.path, disk].flatMap(filesUnder),
    async start(variables = {}, options = {}) {
      const running = startBuildseal(["build", "--network=none", "-t", image, project.folder], {
        ...options,
        env: engine.env,
        variables: { JOB_TOKEN: value, XDG_RUNTIME_DIR: memory.path, TMPDIR: disk, ...variables },
      });
      // The step's own words, not the line that shows its command.
      await running.prints(/(?<!echo )the step runs(?!;)/);
      return running;
    },
  };
}

const commandOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
};

/**
 * Not through links (`readdirSync` follows them when it is to go down by itself), nor into what is mounted there (the /proc of
 * somebody's chroot has no end); and what is gone meanwhile holds nothing.
 */
export function filesUnder(folder: string): string[] {
  const { dev } = statSync(folder);
  const under = (parent: string): string[] => {
    try {
      return readdirSync(parent, { withFileTypes: true }).flatMap((entry) => {
        const path = join(parent, entry.name);
        const isFolder = entry.isDirectory() && statSync(path, { throwIfNoEntry: false })?.dev === dev;
        return isFolder ? [path, ...under(path)] : [path];
      });
    } catch {
      return [];
    }
  };
  return under(folder);
}

/** Whether a file holds a value in any form. */
export function holdsValue(path: string, value: string): boolean {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size === 0 || stat.size > 4 << 20) return false;
    const content = readFileSync(path, "latin1");
    return [...formsOf(value).values()].some((form) => content.includes(form));
  } catch {
    return false;
  }
}

/** Small files in the places for temporary things that hold a value, whoever made them. */
export const temporaryFilesWith = (value: string): string[] =>
  ["/dev/shm", "/run", "/tmp", "/var/tmp"].flatMap(filesUnder).filter((path) => holdsValue(path, value));
