import { onTestFinished } from "vitest";
import { type Running, type RunOptions, startBuildseal } from "./buildseal.ts";
import { filesUnder } from "./endless-build.ts";
import { createMemoryFolder } from "./memory-folder.ts";
import { createProject, type Project, unique } from "./project.ts";
import { createScratch } from "./scratch.ts";
import type { Engine } from "./service/engine.ts";
import { createValue } from "./value.ts";

/** Grants the secret `token`, which is read from the file that JOB_TOKEN_FILE names, to the container. */
const config = (tokenFile: string): string => `version: 1
secrets:
  token: { from: file, path: ${tokenFile} }
grants:
  - { secret: token, container: true, as: { file: TOKEN_FILE } }
`;

export interface GrantedRun {
  readonly project: Project;
  readonly value: string;
  /** The container's name. */
  readonly name: string;
  /** Starts `buildseal run` of the small base image; these flags, and what the container's shell runs. */
  start(flags: readonly string[], script: string, options?: Partial<RunOptions>): Running;
  /** Gives the token another value. */
  renew(): Promise<string>;
  /** Whatever lies in its folders for temporary things. */
  left(): string[];
}

/** A project whose container gets a token of its own. */
export async function createGrantedRun(engine: Engine): Promise<GrantedRun> {
  const memory = createMemoryFolder();
  onTestFinished(memory.remove);
  const disk = createScratch("tmp");
  const value = createValue();
  const outside = await createProject({ token: value });
  const project = await createProject({ "buildseal.yaml": config(outside.path("token")) });
  const name = `run-${unique()}`;
  return {
    project,
    value,
    name,
    start: (flags, script, options = {}) =>
      startBuildseal(["run", "--name", name, "--network=none", ...flags, "buildseal/busybox", "sh", "-c", script], {
        env: engine.env,
        cwd: project.folder,
        ...options,
        variables: { XDG_RUNTIME_DIR: memory.path, TMPDIR: disk, ...options.variables },
      }),
    async renew() {
      const next = createValue();
      await outside.write("token", next);
      return next;
    },
    left: () => [memory.path, disk].flatMap(filesUnder),
  };
}
