import { type Outcome, type RunOptions, runBuildseal } from "./buildseal.ts";
import type { Place } from "./place.ts";
import { createProject, type Project, unique } from "./project.ts";
import { createValue } from "./value.ts";

/** Grants the secret `token` to every step whose text says "granted", as a file at BuildKit's default place. */
export const tokenConfig = `version: 1
secrets:
  token: { from: env, name: JOB_TOKEN }
grants:
  - { secret: token, steps: { run: granted } }
`;

export interface GrantedBuild {
  readonly project: Project;
  /** The word that keeps this build's steps out of the cache of all others. */
  readonly word: string;
  /** Builds with a token made for this one build. */
  build(args: readonly string[], options?: Partial<RunOptions>): Promise<Outcome>;
}

/**
 * A project with these steps on the place's base image. In a step `granted` stands for a no-op that makes it a granted
 * one, `$token` for the token's file.
 */
export async function createGrantedBuild(
  place: Pick<Place, "engine" | "base" | "flags">,
  steps: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<GrantedBuild> {
  const word = unique();
  const lines = steps.map((step) =>
    step.replaceAll(/\bgranted\b/g, `: granted ${word}`).replaceAll("$token", "/run/secrets/token"),
  );
  const project = await createProject({
    Dockerfile: `FROM ${place.base}\nRUN : ${word}\n${lines.join("\n")}\n`,
    "buildseal.yaml": tokenConfig,
    ...files,
  });
  return {
    project,
    word,
    build: (args, options = {}) =>
      runBuildseal(["build", ...place.flags, "--network=none", ...args, project.folder], {
        env: place.engine.env,
        ...options,
        variables: { JOB_TOKEN: createValue(), ...options.variables },
      }),
  };
}
