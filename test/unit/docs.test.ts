import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { ownFlags } from "../../src/buildx/own-flag.ts";
import { formats, options as scanOptions } from "../../src/cli/scan-image/arguments.ts";
import { type Config, configSchema } from "../../src/config/config.ts";
import { readDocument } from "../../src/config/document.ts";
import { insertMounts } from "../../src/dockerfile/insertion.ts";
import { readDockerfile } from "../../src/dockerfile/read.ts";
import { settingsOf } from "../../src/dockerfile/settings.ts";
import { scriptsOf } from "../../src/dockerfile/shell/scripts.ts";
import { stepsOf } from "../../src/dockerfile/step.ts";
import { toText } from "../../src/dockerfile/text.ts";
import { type Plan, planGrants } from "../../src/grant/plan.ts";
import { policySchema } from "../../src/grant/policy-schema.ts";
import { readRequest, requestRecipe } from "../../src/grant/request.ts";
import { grantSchema } from "../../src/grant/request-schema.ts";
import { selectorSchema } from "../../src/grant/selector-schema.ts";
import { recipes } from "../../src/recipe/recipes.ts";
import { ignoreListSchema, ignoreSchema } from "../../src/scan/ignore-schema.ts";
import { sourceSchemas } from "../../src/source/kind/schema.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".md"))
  .map((path) => `docs/${path}`)
  .sort();

type Block = { readonly page: string; readonly line: number; readonly kind: string; readonly text: string };

/** The fenced blocks of a page, by what stands behind their fence. */
function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const lines = read(page).split("\n");
  for (let at = 0; at < lines.length; at++) {
    const kind = /^```(.*)$/.exec(lines[at]!)?.[1];
    if (kind === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    if (end < 0) throw new Error(`${page}:${at + 1}: a block without an end`);
    blocks.push({ page, line: at + 1, kind, text: `${lines.slice(at + 1, end).join("\n")}\n` });
    at = end;
  }
  return blocks;
}

// the pages of rules show mistakes; test/unit/lint/rules.test.ts looks at them
const blocks = pages.filter((page) => !page.startsWith("docs/rule/")).flatMap(blocksOf);
const nameOf = ({ page, line }: Block) => `${page}:${line}`;
const ofKind = (kind: string) =>
  blocks.filter((block) => block.kind === kind).map((block) => [nameOf(block), block] as const);

const readConfigBlock = (block: Block): Promise<Config> => readDocument(nameOf(block), block.text, configSchema);

async function planOf(text: string, ask: { with?: readonly string[] } = {}): Promise<Plan> {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  const configs = await Promise.all(ofKind("yaml buildseal").map(([, block]) => readConfigBlock(block)));
  return planGrants({
    displayName: "Dockerfile",
    steps: stepsOf(dockerfile),
    reached: () => true,
    settings: settingsOf(dockerfile, { baseImage: () => ({ user: "", workingDirectory: "", env: [] }) }),
    script: scriptsOf(dockerfile),
    host: (name) => (name === "SCCACHE_BUCKET" ? "my-cache" : name === "AWS_REGION" ? "us-west-2" : undefined),
    envMounts: true,
    userIds: new Set(),
    requests: (ask.with ?? []).map((name) => requestRecipe(name, "--seal-with", recipes)),
    recipes,
    declared: new Set(configs.flatMap(({ secrets = {} }) => Object.keys(secrets))),
    policy: [],
  });
}

describe("the examples", () => {
  test("are of kinds that this test knows", () => {
    // those before and after are run by test/unit/cli/rewrite/docs.test.ts, rules by test/unit/config/user-rules.test.ts
    const known = new Set(
      "yaml|yaml buildseal|yaml policy|yaml scan-rules|dockerfile|dockerfile before|dockerfile after|json|console|ts".split(
        "|",
      ),
    );
    expect(blocks.filter(({ kind }) => !known.has(kind)).map(nameOf)).toEqual([]);
    expect(blocks.filter(({ kind, text }) => kind === "yaml" && /^version: 1$/m.test(text)).map(nameOf)).toEqual([]);
  });

  test.each(ofKind("yaml buildseal"))(
    "of %s are a buildseal.yaml whose recipes take their options",
    async (name, block) => {
      const config = await readConfigBlock(block);
      for (const entry of config.grants ?? []) {
        await readRequest(entry, name, recipes);
        if ("secret" in entry) expect(Object.keys(config.secrets ?? {})).toContain(entry.secret);
      }
    },
  );

  test.each(ofKind("yaml policy"))("of %s are a policy", async (name, block) => {
    await readDocument(name, block.text, policySchema);
  });

  test.each(ofKind("yaml"))("of %s are YAML", (_, { text }) => {
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test("of an ignore list can be read", async () => {
    const lists = ofKind("yaml").filter(([name]) => name.startsWith("docs/scan-image.md"));
    expect(lists).toHaveLength(1);
    for (const [name, block] of lists) await readDocument(name, block.text, ignoreListSchema);
  });

  test.each(ofKind("json"))("of %s are JSON", (_, { text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });

  test.each(ofKind("dockerfile"))(
    "of %s can be read, and each comment of ours grants its step",
    async (_, { text }) => {
      const plan = await planOf(text);
      expect(plan.steps.flatMap(({ grants }) => grants)).toHaveLength(
        text.split(/# buildseal: (?!ignore=)/).length - 1,
      );
    },
  );

  test("of a Dockerfile before and after are what buildseal makes of it", async () => {
    const [before, after] = blocksOf("docs/dockerfile.md").filter(({ kind }) => kind === "dockerfile");
    const dockerfile = readDockerfile(new TextEncoder().encode(before!.text));
    const plan = await planOf(before!.text);
    const steps = stepsOf(dockerfile);
    const insertions = plan.steps.map(({ step, grants }) => ({
      step: steps.find(({ line }) => line === step.line)!,
      mounts: grants.flatMap(({ mounts }) => mounts.flatMap(({ text }) => text ?? [])),
    }));
    expect(toText(insertMounts(dockerfile, insertions).text)).toBe(after!.text);
  });

  test("of sccache in a Dockerfile are chosen by the recipe's signs: one step each, not the one that installs it", async () => {
    for (const { text } of blocksOf("docs/recipe/sccache.md").filter(({ kind }) => kind === "dockerfile")) {
      const plan = await planOf(text, { with: ["sccache"] });
      expect(plan.steps.map(({ step }) => step.line)).toEqual([text.trimEnd().split("\n").length]);
    }
  });
});

/** The first cells of a page's tables, as code: `| key | …`; a cell can name several. */
function cellsOf(page: string): Set<string> {
  const rows = [...read(page).matchAll(/^\|((?:\\.|[^|\\])*)\|/gm)].map((match) => match[1]!.replaceAll("\\", ""));
  return new Set(rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)));
}

const keysOf = (schema: unknown): string[] => Object.keys((schema as { shape: object }).shape);
const missing = (page: string, wanted: readonly string[]) => wanted.filter((one) => !cellsOf(page).has(one));

describe("everything has its place", () => {
  test("each recipe has a page with its options and its ids, and there is no page without a recipe", async () => {
    expect(readdirSync(join(root, "docs/recipe")).sort()).toEqual(
      [...recipes.keys()].map((name) => `${name}.md`).sort(),
    );
    for (const [name, recipe] of recipes) {
      const page = `docs/recipe/${name}.md`;
      expect(missing(page, keysOf(await recipe.options()))).toEqual([]);
      expect(missing(page, idsOf(name))).toEqual([]);
      expect(missing("docs/configuration.md", ["with"])).toEqual([]);
      expect(read("docs/configuration.md")).toContain(`recipe/${name}.md`);
      expect(read(page).toLowerCase()).toContain(recipe.optional ? "recipe is optional" : "recipe is not optional");
    }
  });

  test("each source has a page with its keys, and there is no page without a source", () => {
    expect(readdirSync(join(root, "docs/source")).sort()).toEqual(
      Object.keys(sourceSchemas)
        .map((kind) => `${kind}.md`)
        .sort(),
    );
    for (const [kind, schema] of Object.entries(sourceSchemas)) {
      const keys = keysOf(schema).filter((key) => key !== "from");
      expect(missing(`docs/source/${kind}.md`, keys)).toEqual([]);
      expect(read("docs/configuration.md")).toContain(`source/${kind}.md`);
    }
  });

  test("each own flag is in the configuration's table, with its values", () => {
    const cells = [...cellsOf("docs/configuration.md")];
    for (const { name, choices = [] } of ownFlags) {
      const cell = cells.find((one) => one.split(/[ =]/)[0] === name);
      expect(cell, name).toBeDefined();
      for (const choice of choices) expect(cell).toContain(choice);
    }
  });

  test("each option of scan-image is in its table, with its formats, and so is every key of an ignore list", () => {
    const page = "docs/scan-image.md";
    const cells = [...cellsOf(page)].map((cell) => cell.split(/[ [=]/)[0]!);
    const names = Object.keys(scanOptions).map((name) => `--${name}`);
    expect(names.filter((name) => !cells.includes(name))).toEqual([]);
    expect(cells.filter((cell) => cell.startsWith("--") && !names.includes(cell))).toEqual([]);
    expect(missing(page, formats)).toEqual([]);
    for (const key of Object.keys(ignoreSchema.shape)) expect(read(page)).toContain(`\`${key}\``);
  });

  test("each key of the policy is in its table, and those of a grant", () => {
    expect(missing("docs/policy.md", keysOf(policySchema))).toEqual([]);
    const { grants } = policySchema.shape;
    expect(missing("docs/policy.md", keysOf(grants.unwrap().element))).toEqual([]);
  });

  test("each key of buildseal.yaml is in its tables", () => {
    const page = "docs/configuration.md";
    const { scan, lint, ...others } = configSchema.shape;
    expect(missing(page, Object.keys(others))).toEqual([]);
    expect(
      missing(
        page,
        keysOf(scan.unwrap()).map((key) => `scan.${key}`),
      ),
    ).toEqual([]);
    expect(missing(page, ["lint", ...keysOf(lint.unwrap()).map((key) => `lint.${key}`)])).toEqual([]);
    for (const entry of grantSchema.options) expect(missing(page, keysOf(entry))).toEqual([]);
    expect(missing(page, keysOf(selectorSchema))).toEqual([]);
  });

  test("each variable of buildseal's is named in the configuration, and no other", () => {
    const source = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => read(`src/${path}`))
      .join("\n");
    const variables = (text: string) => [...new Set(text.match(/BUILDSEAL_[A-Z_]+/g))].sort();
    expect(variables(read("docs/configuration.md"))).toEqual(variables(source));
  });

  test("every link leads to a page, and to a heading that it has", () => {
    const wrong: string[] = [];
    for (const page of [...pages, "README.md"]) {
      for (const [, target = ""] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [path = "", heading] = target.split("#");
        const file = path === "" ? page : relative(root, resolve(root, dirname(page), path));
        const exists = existsSync(join(root, file));
        if (!exists || (heading !== undefined && !headingsOf(file).has(heading))) wrong.push(`${page}: ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function headingsOf(page: string): Set<string> {
  const headings = [...read(page).matchAll(/^#+ (.*)$/gm)].map((match) => match[1]!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Every id that the recipe can make, as far as forms, users and what the Dockerfile sets make a difference. */
function idsOf(name: string): string[] {
  const recipe = recipes.get(name)!;
  const all = { bucket: "bucket", region: "r", endpoint: "e", keyPrefix: "k", useSsl: true, mode: "read-only" };
  const ids = new Set<string>();
  for (const form of [undefined, "files", "variables"]) {
    for (const user of ["root", "other"] as const) {
      for (const bucket of [undefined, "of the step"]) {
        const options = name === "sccache" ? { ...all, form } : { region: "r", form };
        const serving = recipe.serve(options, {
          home: "/root",
          user,
          variable: (variable) => (variable === "SCCACHE_BUCKET" ? bucket : undefined),
          variables: () => [],
          mounted: () => undefined,
          assigned: () => undefined,
          host: () => undefined,
          envMounts: true,
        });
        if ("mounts" in serving) for (const { id } of serving.mounts) ids.add(id);
      }
    }
  }
  return [...ids];
}
