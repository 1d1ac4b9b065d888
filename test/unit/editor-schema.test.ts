import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configEditorSchema, policyEditorSchema } from "../../scripts/editor-schema/editor-schema.ts";
import { recipes } from "../../src/recipe/recipes.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = (path: string) => read(`docs/${path}`);
const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".md"),
);
const examples = (kind: string) =>
  pages.flatMap((path) =>
    [...page(path).matchAll(new RegExp(`^\`\`\`yaml ${kind}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
      ([, text]) => [path, parse(text!) as unknown] as const,
    ),
  );

const schemas = { "schema.json": await configEditorSchema(page), "policy.schema.json": policyEditorSchema(page) };
const ajv = new Ajv({ strict: false, logger: false });
const takesConfig = ajv.compile(schemas["schema.json"]);
const takesPolicy = ajv.compile(schemas["policy.schema.json"]);

test.each(Object.entries(schemas))("%s is what the program reads by (`npm run docs` writes it)", (file, schema) => {
  expect(JSON.parse(read(file))).toEqual(JSON.parse(JSON.stringify(schema)));
});

describe("the schema of buildseal.yaml", () => {
  test("takes every example of the documentation", () => {
    expect(examples("buildseal").length).toBeGreaterThan(40);
    for (const [path, example] of examples("buildseal")) {
      expect([path, takesConfig(example), takesConfig.errors]).toEqual([path, true, null]);
    }
  });

  test("refuses an unknown key and a wrong value", () => {
    expect(takesConfig({ version: 1, scan: { skipPath: ["a"] } })).toBe(false);
    expect(takesConfig({ version: 1, scan: { failOn: "critical" } })).toBe(false);
    expect(takesConfig({ version: 1, scan: { ignore: [{ rule: "netrc" }] } })).toBe(false);
  });

  test("knows the recipes, and of each what it takes", () => {
    const grant = (entry: object) => takesConfig({ version: 1, grants: [entry] });
    for (const name of recipes.keys()) {
      expect([name, grant({ with: name })]).toEqual([name, true]);
      expect([name, grant({ with: name, options: { buckte: "my-cache" } })]).toEqual([name, false]);
    }
    expect(grant({ with: "scache" })).toBe(false);
    expect(grant({ with: "sccache", options: { bucket: "my-cache" } })).toBe(true);
    expect(grant({ with: "npm", options: { bucket: "my-cache" } })).toBe(false);
  });

  test("says what each key is for, as the documentation does", () => {
    const { secrets, grants, scan } = schemas["schema.json"].properties!;
    const kinds = (secrets!.additionalProperties as typeof secrets)!.oneOf!;
    for (const { properties } of kinds) {
      for (const [key, { description }] of Object.entries(properties!)) {
        expect([properties!["from"]!["const"], key, description]).toEqual([
          properties!["from"]!["const"],
          key,
          expect.stringMatching(/\S/),
        ]);
      }
    }
    expect(JSON.stringify(grants)).toContain(JSON.stringify("put before every object's name"));
    expect(scan!.properties!["failOn"]!.description).toMatch(/^the least severity/);
  });
});

test("the schema of a policy takes every example, and no other key", () => {
  expect(examples("policy").length).toBeGreaterThan(1);
  for (const [path, example] of examples("policy")) expect([path, takesPolicy(example)]).toEqual([path, true]);
  expect(takesPolicy({ version: 1, fork: "none" })).toBe(false);
});
