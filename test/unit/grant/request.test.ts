import { describe, expect, test } from "vitest";
import { readDocument } from "../../../src/config/document.ts";
import { SealError } from "../../../src/error.ts";
import { readRequest, requestRecipe } from "../../../src/grant/request.ts";
import { type GrantEntry, grantSchema } from "../../../src/grant/request-schema.ts";
import { recipes } from "../../../src/recipe/recipes.ts";

const read = (entry: GrantEntry) => readRequest(entry, () => "buildseal.yaml, grants[0]", recipes);

async function refusal(entry: GrantEntry): Promise<{ message: string; remedy: string }> {
  const error = await read(entry).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(SealError);
  const { message, remedy } = error as SealError;
  return { message, remedy };
}

describe("a request", () => {
  test("for a recipe has its options as the recipe takes them", async () => {
    const steps = { run: "make" };
    const request = await read({
      with: "sccache",
      options: { bucket: "cache", useSsl: false },
      steps,
      allowNone: true,
    });
    expect(request).toMatchObject({
      kind: "recipe",
      options: { bucket: "cache", useSsl: false },
      steps,
      allowNone: true,
    });
    expect(await read({ with: "sccache" })).toMatchObject({ options: {}, steps: undefined, allowNone: false });
  });

  test("for a secret has how it comes", async () => {
    const request = await read({ secret: "a", field: "token", steps: {}, as: { file: "A_FILE", target: "/a" } });
    expect(request).toMatchObject({
      kind: "secret",
      secret: "a",
      field: "token",
      as: { file: "A_FILE", target: "/a" },
    });
    expect(await read({ secret: "a", steps: {} })).toMatchObject({ as: {}, field: undefined });
  });

  test("for a recipe that there is not has the nearest as a hint, or all of them", async () => {
    expect(await refusal({ with: "scache" })).toEqual({
      message: "buildseal.yaml, grants[0]: there is no recipe `scache`",
      remedy: "Did you mean `sccache`?",
    });
    expect((await refusal({ with: "constructor" })).remedy).toBe(`Recipes are: ${[...recipes.keys()].join(", ")}`);
    expect(() => requestRecipe("__proto__", "x", recipes)).toThrow(SealError);
  });

  test("with an option that the recipe does not take is told which", async () => {
    expect(await refusal({ with: "sccache", options: { buckett: "x" } })).toEqual({
      message: "buildseal.yaml, grants[0]: recipe sccache: unknown key `buckett` in `options`",
      remedy: "Did you mean `bucket`?",
    });
    expect((await refusal({ with: "npm", options: { registries: [{ url: "https://x/", zzz: 1 }] } })).remedy).toMatch(
      /^What may stand there: .*\bsecret\b/,
    );
    expect((await refusal({ with: "sccache", options: { zzz: "x" } })).remedy).toMatch(
      /^Its options are: .*\bbucket\b/,
    );
    expect((await refusal({ with: "sccache", options: { mode: "write" } })).message).toContain("in `options.mode`");
    expect((await refusal({ with: "sccache", options: { bucket: "" } })).message).toContain("in `options.bucket`");
    expect((await refusal({ with: "aws", options: { home: "root" } })).message).toContain("in `options.home`");
  });
});

describe("an entry of grants", () => {
  const takes = async (text: string): Promise<boolean> => {
    const error = await readDocument("b.yaml", text, grantSchema).catch((error: unknown) => error);
    if (error instanceof Error) expect(error).toBeInstanceOf(SealError);
    return !(error instanceof Error);
  };

  test.each([
    "{ with: sccache }",
    "{ secret: a, steps: {} }",
    "{ secret: a, steps: { index: 1 }, as: { env: A } }",
    "{ secret: a, steps: { stage: x }, as: { target: /run/secrets/a.b_c-d } }",
    "{ secret: a, container: true, field: token, as: { file: A } }",
    "{ with: sccache, container: true, options: {} }",
  ])("can be %s", async (text) => expect(await takes(text)).toBe(true));

  test.each([
    "{}",
    "{ secret: a }",
    "{ with: '' }",
    "{ with: sccache, secret: a, steps: {} }",
    "{ with: sccache, as: { env: A } }",
    "{ secret: a, steps: {}, options: {} }",
    "{ secret: a, steps: {}, as: {} }",
    "{ secret: a, steps: {}, as: { env: A, file: B } }",
    "{ secret: a, steps: {}, as: { env: A B } }",
    "{ secret: a, steps: {}, as: { env: 1A } }",
    "{ secret: a, steps: {}, as: { target: relative } }",
    "{ secret: a, steps: {}, as: { target: '/a,required=false' } }",
    "{ secret: a, steps: {}, as: { target: '/~user' } }",
    "{ secret: a, steps: [] }",
    "{ secret: a, container: false }",
    "{ secret: a, container: true, steps: {} }",
    "{ with: sccache, container: true, steps: {} }",
    "{ with: sccache, container: true, allowNone: true }",
  ])("cannot be %s", async (text) => expect(await takes(text)).toBe(false));
});
