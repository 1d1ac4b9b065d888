import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { jsonSchema } from "../../../src/config/json-schema.ts";

const root = resolve(import.meta.dirname, "../../..");
const validate = new Ajv({ strict: false }).compile(jsonSchema());

describe("schema.json", () => {
  test("is what the program reads buildseal.yaml by (`npm run docs` writes it)", () => {
    const file = JSON.parse(readFileSync(join(root, "schema.json"), "utf8"));
    expect(file).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  test("takes every example of the documentation", () => {
    for (const page of ["docs/configuration.md", "docs/scan-image.md", "docs/lint.md"]) {
      const [, example] = /^```yaml buildseal\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, page), "utf8"))!;
      expect([page, validate(parse(example!)), validate.errors]).toEqual([page, true, null]);
    }
  });

  test("refuses an unknown key and a wrong value", () => {
    expect(validate({ version: 1, scan: { skipPath: ["a"] } })).toBe(false);
    expect(validate({ version: 1, scan: { failOn: "critical" } })).toBe(false);
    expect(validate({ version: 1, scan: { ignore: [{ rule: "netrc" }] } })).toBe(false);
  });
});
