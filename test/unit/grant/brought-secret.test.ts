import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { settingsOf } from "../../../src/dockerfile/settings.ts";
import { scriptsOf } from "../../../src/dockerfile/shell/scripts.ts";
import { stepsOf } from "../../../src/dockerfile/step.ts";
import { SealError } from "../../../src/error.ts";
import { type Plan, planGrants } from "../../../src/grant/plan.ts";
import type { Policy } from "../../../src/grant/policy.ts";
import { has } from "../../../src/recipe/command-sign.ts";
import type { Recipe } from "../../../src/recipe/recipe.ts";
import type { SourceConfig } from "../../../src/source/kind/kind.ts";

/** A recipe whose file is made of two secrets, of which it brings one. */
function twoSecrets(name: string, target: string, source: SourceConfig, optional = false): Recipe {
  return {
    name,
    summary: "",
    optional,
    options: async () => z.strictObject({}),
    readsHost: [],
    signs: [{ run: has(new RegExp(`^${name}`, "m")), says: `runs ${name}` }],
    serve: () => ({
      form: "a file",
      why: "it takes one",
      mounts: [
        {
          kind: "file",
          id: `${name}-file`,
          target,
          content: {
            kind: "document",
            secrets: ["brought", "user"],
            render: (value) => `${name} ${value("user")}:${value("brought")}`,
          },
        },
      ],
      brings: { brought: source },
      notices: [],
    }),
  };
}

const fromVariable = (name: string): SourceConfig => ({ from: "env", name });

function plan(
  text: string,
  recipes: readonly Recipe[],
  { declared = ["user"], policy = [] }: { readonly declared?: readonly string[]; readonly policy?: Policy } = {},
): Plan {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  return planGrants({
    displayName: "Dockerfile",
    steps: stepsOf(dockerfile),
    settings: settingsOf(dockerfile, { baseImage: () => ({ user: "", workingDirectory: "", env: [] }) }),
    script: scriptsOf(dockerfile),
    reached: () => true,
    requests: recipes.map((recipe) => ({
      kind: "recipe",
      origin: "--seal-with",
      recipe,
      options: {},
      steps: undefined,
      allowNone: false,
    })),
    recipes: new Map(recipes.map((recipe) => [recipe.name, recipe])),
    declared: new Set(declared),
    userIds: new Set(),
    policy,
    host: () => undefined,
    envMounts: true,
  });
}

function refusal(run: () => Plan): SealError {
  try {
    run();
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a document made of several secrets", () => {
  const one = twoSecrets("one", "/root/.one", fromVariable("A"));

  test("needs all of them: those that the recipe brings come with their source", () => {
    const made = plan("FROM base\nRUN one\n", [one]);
    expect([...made.secrets]).toEqual([
      ["brought", { optional: false, source: { from: "env", name: "A" } }],
      ["user", { optional: false, source: undefined }],
    ]);
    expect(made.steps[0]!.grants[0]!.mounts[0]!.secrets).toEqual(["brought", "user"]);
    expect([...made.contents.keys()]).toEqual(["one-file"]);
  });

  test("takes a secret of the same name from the configuration instead", () => {
    const made = plan("FROM base\nRUN one\n", [one], { declared: ["user", "brought"] });
    expect(made.secrets.get("brought")?.source).toBeUndefined();
  });

  test("that nobody declares is an error with its name", () => {
    const error = refusal(() => plan("FROM base\nRUN one\n", [one], { declared: [] }));
    expect([error.code, error.message]).toEqual(["GRANT", "--seal-with: recipe one: there is no secret `user`"]);
  });

  test("is held against the policy with each of them", () => {
    const policy: Policy = [{ path: "/p", file: { version: 1, grants: [{ secret: "brought" }] } }];
    expect(refusal(() => plan("FROM base\nRUN one\n", [one], { policy })).code).toBe("POLICY");
  });

  test("can be done without only if every recipe that wants its secret can be", () => {
    const [optional, strict] = [
      twoSecrets("one", "/root/.one", fromVariable("A"), true),
      twoSecrets("two", "/root/.two", fromVariable("A")),
    ];
    expect(plan("FROM base\nRUN one\n", [optional]).secrets.get("brought")?.optional).toBe(true);
    expect(plan("FROM base\nRUN one\nRUN two\n", [optional, strict]).secrets.get("brought")?.optional).toBe(false);
  });

  test("cannot have one secret from two sources, nor two contents at one place", () => {
    const other = twoSecrets("two", "/root/.two", fromVariable("B"));
    const error = refusal(() => plan("FROM base\nRUN one\nRUN two\n", [one, other]));
    expect(error.message).toContain("`brought` would come from two different sources");
    const same = twoSecrets("two", "/root/.one", fromVariable("A"));
    expect(refusal(() => plan("FROM base\nRUN one; two\n", [one, { ...same, signs: one.signs }])).message).toContain(
      "at one place, /root/.one",
    );
  });
});
