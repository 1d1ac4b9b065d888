import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { ownFlags } from "../../src/buildx/own-flag.ts";
import { options as doctorOptions } from "../../src/cli/doctor/arguments.ts";
import type { Option } from "../../src/cli/option.ts";
import { options as policyOptions } from "../../src/cli/policy/arguments.ts";
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
import type { Policy } from "../../src/grant/policy.ts";
import { type PolicyFile, policySchema } from "../../src/grant/policy-schema.ts";
import { type GrantRequest, readRequest, requestRecipe } from "../../src/grant/request.ts";
import { grantSchema } from "../../src/grant/request-schema.ts";
import { selectorSchema } from "../../src/grant/selector-schema.ts";
import { chainKinds } from "../../src/identity/kind.ts";
import { identitySchema } from "../../src/identity/schema.ts";
import { lintCiFile } from "../../src/lint/lint-file.ts";
import { recipes } from "../../src/recipe/recipes.ts";
import { ignoreListSchema, ignoreSchema } from "../../src/scan/ignore-schema.ts";
import { sourceSchemas } from "../../src/source/kind/schema.ts";
import type { GithubWorkflow, GitlabPipeline } from "../../src/workflow/document.ts";
import { readCiDocument } from "../../src/workflow/read.ts";
import { everyRule } from "./lint/fixture.ts";
import { everyOption } from "./recipe/every-option.ts";

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

/** As much of a Kubernetes object as tells what a pod has mounted. */
type PodObject = {
  readonly spec?: {
    readonly containers?: { readonly volumeMounts?: { readonly name: string; readonly mountPath: string }[] }[];
    readonly volumes?: {
      readonly name: string;
      readonly projected?: { readonly sources: { serviceAccountToken: { path: string; audience: string } }[] };
    }[];
  };
};

type IamStatement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: { readonly Federated?: string };
  readonly Condition?: Readonly<Record<string, object>>;
};

/** The buildseal.yaml and the policy.yaml that a ConfigMap of an example holds, through their schemas. */
async function readDocumentsWithin(block: Block): Promise<void> {
  const documents = parseAllDocuments(block.text).map((document) => document.toJS() as unknown);
  for (const text of textsUnder(documents, "buildseal.yaml")) await readDocument(nameOf(block), text, configSchema);
  for (const text of textsUnder(documents, "policy.yaml")) await readDocument(nameOf(block), text, policySchema);
}

/** The texts under a key, however deep. */
function textsUnder(value: unknown, file: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === file && typeof inner === "string" ? [inner] : textsUnder(inner, file),
  );
}

const readConfigBlock = (block: Block): Promise<Config> => readDocument(nameOf(block), block.text, configSchema);

/** The recipes that a page's buildseal.yaml configures: their options are for its comments, their steps are another file's. */
async function requestsOf(page: string): Promise<GrantRequest[]> {
  const configs = ofKind("yaml buildseal").filter(([, block]) => block.page === page);
  const entries = await Promise.all(configs.map(async ([, block]) => (await readConfigBlock(block)).grants ?? []));
  const requests = entries.flat().map((entry) => readRequest(entry, () => page, recipes));
  return (await Promise.all(requests)).map((request) => ({ ...request, steps: { run: "(?!)" }, allowNone: true }));
}

type PlanAsk = {
  readonly with?: readonly string[];
  readonly page?: string;
  readonly policy?: Policy;
  readonly host?: Readonly<Record<string, string>>;
};

async function planOf(text: string, ask: PlanAsk = {}): Promise<Plan> {
  const dockerfile = readDockerfile(new TextEncoder().encode(text));
  const configs = await Promise.all(ofKind("yaml buildseal").map(([, block]) => readConfigBlock(block)));
  return planGrants({
    displayName: "Dockerfile",
    steps: stepsOf(dockerfile),
    reached: () => true,
    settings: settingsOf(dockerfile, { baseImage: () => ({ user: "", workingDirectory: "", env: [] }) }),
    script: scriptsOf(dockerfile),
    host: (name) =>
      ask.host?.[name] ?? (name === "SCCACHE_BUCKET" ? "my-cache" : name === "AWS_REGION" ? "us-west-2" : undefined),
    envMounts: true,
    userIds: new Set(),
    requests: [
      ...(ask.with ?? []).map((name) => requestRecipe(name, "--seal-with", recipes)),
      ...(ask.page === undefined ? [] : await requestsOf(ask.page)),
    ],
    recipes,
    declared: new Set(configs.flatMap(({ secrets = {} }) => Object.keys(secrets))),
    policy: ask.policy ?? [],
  });
}

/** The policies that a page shows. */
const policiesOf = (page: string): Promise<PolicyFile[]> =>
  Promise.all(
    ofKind("yaml policy")
      .filter(([, block]) => block.page === page)
      .map(([name, block]) => readDocument(name, block.text, policySchema)),
  );

test.each([
  [
    "a pod",
    "aws-identity",
    { AWS_WEB_IDENTITY_TOKEN_FILE: "/token", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci" },
  ],
  [
    "a job of GitHub's",
    "sccache-session",
    { ACTIONS_ID_TOKEN_REQUEST_URL: "x", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci" },
  ],
])("the policy of an organisation lets %s have its compiler cache, as its text says", async (_, secret, host) => {
  const file = (await policiesOf("docs/policy.md")).at(-1)!;
  const plan = await planOf("FROM base\nRUN sccache gcc -c x.c\n", {
    with: ["sccache"],
    policy: [{ path: "/etc/buildseal/policy.yaml", file }],
    host,
  });
  expect([...plan.secrets.keys()]).toEqual([secret]);
});

describe("the examples", () => {
  test("are of kinds that this test knows", () => {
    // those before and after are run by test/unit/cli/rewrite/docs.test.ts, rules by test/unit/config/user-rules.test.ts
    const known = new Set(
      "yaml|yaml buildseal|yaml policy|yaml github|yaml gitlab|yaml kubernetes|yaml scan-rules|dockerfile|dockerfile before|dockerfile after|json|console|ts".split(
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
        await readRequest(entry, () => name, recipes);
        if ("secret" in entry) expect(Object.keys(config.secrets ?? {})).toContain(entry.secret);
      }
    },
  );

  test.each(ofKind("yaml policy"))("of %s are a policy", async (name, block) => {
    await readDocument(name, block.text, policySchema);
  });

  test.each(ofKind("yaml github"))("of %s are a workflow that our own lint is silent on", async (name, block) => {
    const document = readCiDocument(".github/workflows/image.yml", new TextEncoder().encode(block.text));
    expect(document).toMatchObject({ kind: "github-workflow", problems: [] });
    const { jobs } = document as GithubWorkflow;
    expect(jobs.filter(({ steps, uses }) => steps.length > 0 || uses !== undefined)).not.toEqual([]);
    if (block.page === "docs/identity/github.md") expect(jobs.map(({ identity }) => identity)).not.toContain(false);
    expect(lintCiFile(document, { shown: name, identity: name }, everyRule).findings).toEqual([]);
    await readDocumentsWithin(block);
  });

  test.each(ofKind("yaml gitlab"))("of %s are a pipeline that our own lint is silent on", async (name, block) => {
    const document = readCiDocument(".gitlab-ci.yml", new TextEncoder().encode(block.text));
    expect(document).toMatchObject({ kind: "gitlab", problems: [] });
    const { jobs } = document as GitlabPipeline;
    expect(jobs.flatMap(({ steps }) => steps.flatMap(({ scripts }) => scripts))).not.toEqual([]);
    if (block.page === "docs/identity/gitlab.md") expect(jobs.map(({ identity }) => identity)).not.toContain(false);
    expect(lintCiFile(document, { shown: name, identity: name }, everyRule).findings).toEqual([]);
    await readDocumentsWithin(block);
  });

  test.each(ofKind("yaml kubernetes"))("of %s are objects of Kubernetes", async (_, block) => {
    const documents = parseAllDocuments(block.text, { uniqueKeys: true });
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    for (const document of documents) {
      expect(document.toJS()).toMatchObject({
        apiVersion: expect.stringMatching(/^(?:[a-z0-9.-]+\/)?v\d/),
        kind: expect.stringMatching(/^[A-Z]\w+$/),
        metadata: { name: expect.stringMatching(/^[a-z0-9-]+$/) },
      });
    }
    await readDocumentsWithin(block);
  });

  test.each(ofKind("yaml"))("of %s are YAML", (_, { text }) => {
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test("of an ignore list can be read", async () => {
    const lists = ofKind("yaml").filter(([name]) => name.startsWith("docs/scan-image.md"));
    expect(lists).toHaveLength(1);
    for (const [name, block] of lists) await readDocument(name, block.text, ignoreListSchema);
  });

  test.each(ofKind("json").filter(([, { text }]) => text.includes('"Statement"')))(
    "of %s are policies of IAM, whose trust is for one issuer, audience and subject",
    (_, { text }) => {
      const policy = JSON.parse(text) as { Version: string; Statement: IamStatement[] };
      expect(policy.Version).toBe("2012-10-17");
      for (const { Effect, Action, Resource, Principal, Condition = {} } of policy.Statement) {
        expect(Effect).toBe("Allow");
        for (const action of [Action].flat()) expect(action).toMatch(/^[a-z0-9]+:\w+\*?$/);
        expect(Principal === undefined).toBe(Resource !== undefined);
        const issuer = /:oidc-provider\/(.+)$/.exec(Principal?.Federated ?? "")?.[1];
        if (issuer === undefined) continue;
        expect(Action).toBe("sts:AssumeRoleWithWebIdentity");
        const keys = Object.values(Condition).flatMap((one) => Object.keys(one));
        expect(keys.sort()).toEqual([`${issuer}:aud`, `${issuer}:sub`]);
      }
    },
  );

  test.each(ofKind("json"))("of %s are JSON", (_, { text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });

  test.each(ofKind("dockerfile"))(
    "of %s can be read, and each comment of ours grants its step",
    async (_, { text, page }) => {
      const plan = await planOf(text, { page });
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

  test("each identity has a page with its keys and in the overview, and there is no page without an identity", () => {
    const schemas = new Map(identitySchema.options.map((schema) => [schema.shape.from.value, schema] as const));
    expect(readdirSync(join(root, "docs/identity")).sort()).toEqual(
      [...schemas.keys()].map((kind) => `${kind}.md`).sort(),
    );
    const overview = read("docs/identities.md");
    for (const [kind, schema] of schemas) {
      const page = `docs/identity/${kind}.md`;
      const keys = keysOf(schema).filter((key) => key !== "from");
      expect(missing(page, keys)).toEqual([]);
      for (const heading of ["On the other side", "Renewal", "Why it does not apply", "What it cannot do"]) {
        expect(read(page)).toContain(`\n## ${heading}\n`);
      }
      expect(overview).toContain(`identity/${kind}.md`);
    }
    const order = [...overview.matchAll(/^\| \[`([\w-]+)`\]\(identity\//gm)].map((match) => match[1]);
    expect(order).toEqual([...chainKinds]);
  });

  const ofJobs = pages.filter((page) => /^docs\/(?:identity|source)\//.test(page));

  test.each(ofJobs)("%s has an example for GitHub Actions, GitLab and a pod, or says why there is none", (page) => {
    const kinds = new Set(blocksOf(page).map(({ kind }) => kind));
    const sentences = read(page)
      .replaceAll("\n", " ")
      .split(/[.:;] /);
    const without = [
      ["github", "GitHub Actions"],
      ["gitlab", "GitLab"],
      ["kubernetes", "Kubernetes pod"],
    ].filter(([kind, platform]) => {
      const says = new RegExp(`\\b(?:on|in) .*${platform}.* there (?:is|are) no`, "i");
      return !kinds.has(`yaml ${kind}`) && !sentences.some((sentence) => says.test(sentence));
    });
    expect(without).toEqual([]);
  });

  test.each(ofJobs)("what a pod of %s has mounted is what the page's configuration reads", (page) => {
    const pods = blocksOf(page)
      .filter(({ kind }) => kind === "yaml kubernetes")
      .flatMap(({ text }) => parseAllDocuments(text).map((document) => document.toJS() as PodObject));
    for (const { spec } of pods) {
      for (const { name, projected } of spec?.volumes ?? []) {
        const mounted = spec?.containers?.flatMap(({ volumeMounts = [] }) => volumeMounts) ?? [];
        const { mountPath } = mounted.find((mount) => mount.name === name) ?? {};
        expect(mountPath, `${page}: ${name}`).toBeDefined();
        for (const { serviceAccountToken } of projected?.sources ?? []) {
          const path = `${mountPath}/${serviceAccountToken.path}`;
          expect(read(page).split(path).length, `${page}: ${path}`).toBeGreaterThan(1);
          expect(read(page).split(serviceAccountToken.audience).length, `${page}: ${name}`).toBeGreaterThan(2);
        }
      }
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

  test.each([
    ["docs/doctor.md", doctorOptions],
    ["docs/policy.md", policyOptions],
  ])("each option is in the table of %s, with its choices, and no other", (page, table) => {
    const cells = [...cellsOf(page)].filter((cell) => cell.startsWith("--"));
    expect(cells.map((cell) => cell.split(/[ =]/)[0]!.slice(2)).sort()).toEqual(Object.keys(table).sort());
    for (const [name, { choices = [] }] of Object.entries<Option>(table)) {
      const cell = cells.find((one) => one.startsWith(`--${name}`))!;
      for (const choice of choices) expect(cell).toContain(choice);
    }
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
  const ids = new Set<string>();
  for (const options of everyOption[name] ?? []) {
    for (const user of ["root", "other"] as const) {
      for (const bucket of [undefined, "of the step"]) {
        const serving = recipe.serve(options, {
          home: "/root",
          user,
          variable: (variable) => (variable === "SCCACHE_BUCKET" ? bucket : undefined),
          mounted: () => undefined,
          assigned: () => undefined,
          host: () => undefined,
          envMounts: true,
        });
        if ("mounts" in serving) for (const { id } of serving.mounts) ids.add(id);
      }
    }
  }
  expect(ids.size, name).toBeGreaterThan(0);
  return [...ids];
}
