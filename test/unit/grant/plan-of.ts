import { expect } from "vitest";
import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { settingsOf } from "../../../src/dockerfile/settings.ts";
import { scriptsOf } from "../../../src/dockerfile/shell/scripts.ts";
import { stepsOf } from "../../../src/dockerfile/step.ts";
import { SealError } from "../../../src/error.ts";
import { noticesOf } from "../../../src/grant/notice.ts";
import { type Plan, planGrants } from "../../../src/grant/plan.ts";
import { readRequest, requestRecipe } from "../../../src/grant/request.ts";
import type { GrantEntry } from "../../../src/grant/request-schema.ts";
import { recipes } from "../../../src/recipe/recipes.ts";

/** What a build asks for, and what is known of it. */
export type Ask = {
  readonly with?: readonly string[];
  readonly grants?: readonly GrantEntry[];
  readonly declared?: readonly string[];
  readonly userIds?: readonly string[];
  readonly host?: Record<string, string>;
  readonly envMounts?: boolean;
  readonly reached?: (label: string) => boolean;
  /** The variables of the base image, which is root's; null: it is not seen. */
  readonly base?: readonly string[] | null;
  readonly policy?: Parameters<typeof planGrants>[0]["policy"];
};

/** The plan of a build's grants, with the recipes that there are. */
export async function plan(text: string, ask: Ask = {}): Promise<Plan> {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  const { base: env = [] } = ask;
  const facts = env === null ? {} : { baseImage: () => ({ user: "", workingDirectory: "", env }) };
  return planGrants({
    displayName: "Dockerfile",
    steps: stepsOf(dockerfile),
    settings: settingsOf(dockerfile, facts),
    script: scriptsOf(dockerfile),
    reached: (step) => ask.reached?.(step.label) ?? true,
    requests: [
      ...(ask.with ?? []).map((name) => requestRecipe(name, "--seal-with", recipes)),
      ...(await Promise.all((ask.grants ?? []).map((entry) => readRequest(entry, () => "buildseal.yaml", recipes)))),
    ],
    recipes,
    declared: new Set(ask.declared),
    userIds: new Set(ask.userIds),
    policy: ask.policy ?? [],
    host: (name) => ask.host?.[name],
    envMounts: ask.envMounts ?? true,
  });
}

/** Why it is refused. */
export async function refusal(text: string, ask: Ask): Promise<string> {
  try {
    await plan(text, ask);
  } catch (error) {
    expect(error).toBeInstanceOf(SealError);
    return `${(error as SealError).code}: ${(error as SealError).message}`;
  }
  throw new Error("nothing was refused");
}

/** What is told of all that is granted. */
export const noticesIn = ({ steps }: Plan) => noticesOf(steps.flatMap(({ grants }) => grants));

/** The text of each mount that is to be inserted. */
export const mountsOf = (made: Plan) =>
  made.steps.flatMap(({ grants }) => grants.flatMap(({ mounts }) => mounts.map(({ text }) => text)));
