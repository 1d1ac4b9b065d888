import { describe, expect, test } from "vitest";
import { SealError } from "../../../src/error.ts";
import { type ContainerInput, type ContainerPlan, planContainer } from "../../../src/grant/container-plan.ts";
import { notesOf, noticesOf } from "../../../src/grant/notice.ts";
import type { PolicyFile } from "../../../src/grant/policy-schema.ts";
import { readRequest } from "../../../src/grant/request.ts";
import type { GrantEntry } from "../../../src/grant/request-schema.ts";
import type { Recipe, RecipeMount, Surroundings } from "../../../src/recipe/recipe.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import { everyOption } from "../recipe/every-option.ts";

const surroundings: Surroundings = {
  home: undefined,
  user: "other",
  variable: () => undefined,
  mounted: () => undefined,
  assigned: () => undefined,
  host: (name) => ({ SCCACHE_BUCKET: "cache", AWS_REGION: "us-west-2" })[name],
  envMounts: true,
  container: true,
};

async function plan(grants: readonly GrantEntry[], more: Partial<ContainerInput> = {}, known = recipes) {
  const requests = await Promise.all(grants.map((grant, at) => readRequest(grant, () => `grants[${at}]`, known)));
  return planContainer({
    requests,
    declared: new Set(["token", "other"]),
    surroundings: () => surroundings,
    isGiven: () => false,
    policy: [],
    ...more,
  });
}

async function refusal(...args: Parameters<typeof plan>): Promise<string> {
  const error = await plan(...args).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(SealError);
  return `${(error as SealError).message}. ${(error as SealError).remedy}`;
}

/** A recipe that gives just this. */
function recipeOf(...mounts: RecipeMount[]): ReadonlyMap<string, Recipe> {
  const serving = {
    form: "f",
    why: "w",
    mounts,
    brings: { brought: { from: "irsa" as const } },
    notices: ["a notice"],
  };
  const recipe = { ...recipes.get("sccache")!, name: "own", optional: false, serve: () => serving };
  return new Map([["own", recipe]]);
}
const text = { kind: "text" as const, render: () => "text" };

describe("a container", () => {
  test("gets a secret as a file in the mounted folder, and its path as a variable", async () => {
    const { contents, places, secrets, grants } = await plan([
      { secret: "token", container: true, as: { file: "TOKEN_FILE" } },
    ]);
    expect([...places]).toEqual([
      ["token", { kind: "file", file: "token" }],
      ["token-path", { kind: "variable", variable: "TOKEN_FILE" }],
    ]);
    const path = contents.get("token-path");
    expect(path?.kind === "text" && path.render(() => "")).toBe("/run/secrets/token");
    expect([...secrets]).toEqual([["token", { optional: false, source: undefined }]]);
    expect(grants[0]).toMatchObject({ what: "secret token", origin: "grants[0]" });
  });

  test("gets files in folders of it, and no variable unless one is asked for", async () => {
    const { places } = await plan([
      { secret: "token", container: true, as: { target: "/run/secrets/deep//er/token" } },
      { secret: "other", field: "part", container: true },
    ]);
    expect([...places.values()]).toEqual([
      { kind: "file", file: "deep/er/token" },
      { kind: "file", file: "other-part" },
    ]);
  });

  test("gets a recipe's files and variables, and its own secrets", async () => {
    const { places, secrets } = await plan([{ with: "sccache", container: true }]);
    const variables = [...places.values()].flatMap((place) => (place.kind === "variable" ? place.variable : []));
    expect(variables).toEqual(expect.arrayContaining(["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "SCCACHE_CONF"]));
    expect([...places.values()].filter(({ kind }) => kind === "file")).toContainEqual({
      kind: "file",
      file: "sccache-config",
    });
    expect([...secrets.values()]).toEqual([{ optional: true, source: { from: "irsa" }, lacksRole: true }]);
  });

  const served = ["sccache", "aws", "git", "cargo", "go", "maven", "docker-config", "gcp", "azure", "ccache"];
  const cases = Object.entries(everyOption).flatMap(([name, all]) => all.map((options) => [name, options] as const));

  test.each(cases)("gets of recipe %s nothing secret by a variable and no file elsewhere (%o)", (name, options) => {
    const recipe = recipes.get(name)!;
    const declared = { has: () => true } as unknown as ReadonlySet<string>;
    const request = { kind: "recipe" as const, origin: "o", steps: undefined, allowNone: false, recipe, options };
    const own = { surroundings: () => surroundings, isGiven: () => false, policy: [] };
    let made: ContainerPlan;
    try {
      made = planContainer({ ...own, requests: [request], declared });
    } catch (error) {
      // a consumer that takes nothing else is refused, and not served halfway
      expect(error).toBeInstanceOf(SealError);
      expect(served).not.toContain(name);
      return;
    }
    const { places, contents } = made;
    expect(places.size).toBeGreaterThan(0);
    for (const [id, place] of places) if (place.kind === "variable") expect(contents.get(id)?.kind).toBe("text");
  });
});

describe("what a container cannot get", () => {
  test("is a value by a variable: docker inspect would show it", async () => {
    const said = await refusal([{ secret: "token", container: true, as: { env: "TOKEN" } }]);
    expect(said).toMatch(/docker inspect.*as: \{ file: TOKEN \}/);
    const recipe = recipeOf({ kind: "variable", id: "v", variable: "V", content: { kind: "secret", secret: "token" } });
    const bare = await refusal([{ with: "own", container: true }], {}, recipe);
    expect(bare).toMatch(/docker inspect.*grant the secret itself .*and have the start script read it/);
    const gradle = { with: "gradle", container: true, options: { properties: { key: "token" } } } as const;
    expect(await refusal([gradle])).toContain("nothing but a variable");
  });

  test.each(["/etc/token", "/run/secrets", "/run/secrets/../token", "/run/secretsx/token"])(
    "is a file at %s: it would show no renewal",
    async (target) => {
      expect(await refusal([{ secret: "token", container: true, as: { target } }])).toContain("renewals");
    },
  );

  test("is two things at one place, or a file where a folder is", async () => {
    const two = (target: string): GrantEntry[] => [
      { secret: "token", container: true, as: { target: "/run/secrets/a" } },
      { secret: "other", container: true, as: { target } },
    ];
    expect(await refusal(two("/run/secrets/a"))).toMatch(/one place.*another place \(`as:`\)$/);
    expect(await refusal(two("/run/secrets/a/b"))).toContain("one place");
    expect((await plan(two("/run/secrets/ab"))).places.size).toBe(2);
    const same: GrantEntry = { secret: "token", container: true, as: { file: "A" } };
    expect((await plan([same, same])).places.size).toBe(2);
  });

  test("is a secret that is not declared", async () => {
    expect(await refusal([{ secret: "tokn", container: true }])).toContain("there is no secret `tokn`");
    const recipe = recipeOf({
      kind: "file",
      id: "f",
      target: "/run/secrets/f",
      content: { kind: "secret", secret: "unknown" },
    });
    expect(await refusal([{ with: "own", container: true }], {}, recipe)).toContain("unknown");
  });

  test("is what the policy does not allow, or allows to steps only", async () => {
    const policy = (grants: PolicyFile["grants"]) => ({
      policy: [{ path: "/policy.yaml", file: { version: 1 as const, grants } }],
    });
    const grant: GrantEntry = { secret: "token", container: true };
    expect(await refusal([grant], policy([]))).toContain("secret token may not go to a container");
    expect(await refusal([grant], policy([{ secret: "token", stages: ["*"] }]))).toContain("/policy.yaml");
    expect(await refusal([grant], policy([{ secret: "token", steps: {} }]))).toContain("/policy.yaml");
    expect((await plan([grant], policy([{ secret: "token" }]))).places.size).toBe(1);
  });
});

describe("a variable that the command line gives itself", () => {
  const isGiven = (name: string) => name === "V";

  test("is left as it is where a recipe would set it, and that is said", async () => {
    const recipe = recipeOf({ kind: "variable", id: "v", variable: "V", content: text });
    const { places, grants } = await plan([{ with: "own", container: true }], { isGiven }, recipe);
    expect(places.size).toBe(0);
    expect(noticesOf(grants)).toEqual(["recipe own: a notice"]);
    expect(notesOf(grants)).toEqual([expect.stringContaining("recipe own: the command line gives V itself")]);
  });

  test("is an error where a grant names it", async () => {
    const said = await refusal([{ secret: "token", container: true, as: { file: "V" } }], { isGiven });
    expect(said).toContain("Take one of the two out");
  });
});

test("two recipes that say the same at one place have one id there", async () => {
  const known = (...ids: [string, string][]) =>
    new Map(
      ids.map(([name, said]) => {
        const variable = {
          kind: "variable" as const,
          id: `${name}-v`,
          variable: "V",
          content: { kind: "text" as const, render: () => said },
        };
        return [name, { ...recipeOf(variable).get("own")!, name }] as const;
      }),
    );
  const grants: GrantEntry[] = ["one", "two"].map((name) => ({ with: name, container: true }));
  const { places, grants: made } = await plan(grants, {}, known(["one", "a"], ["two", "a"]));
  expect([...places]).toEqual([["one-v", { kind: "variable", variable: "V" }]]);
  expect(made.map(({ items }) => items.map(({ id }) => id))).toEqual([["one-v"], ["one-v"]]);
  expect(await refusal(grants, {}, known(["one", "a"], ["two", "b"]))).toContain("at one place, V");
});

test("two grants of one id and other content or places have ids of their own", async () => {
  const { places } = await plan([
    { secret: "token", container: true, as: { target: "/run/secrets/a" } },
    { secret: "token", container: true, as: { target: "/run/secrets/b" } },
  ]);
  expect([...places.keys()]).toEqual(["token", "token-2"]);
});
