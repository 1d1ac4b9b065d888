import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contentRules, placeRules } from "../../../../src/scan/rule/every-rule.ts";

const folder = join(import.meta.dirname, "../../../../src/scan/rule");

describe("the rules", () => {
  test("are all that lie in the folder, each in a file and with a test of its name", () => {
    const files = readdirSync(folder).map((name) => name.replace(/\.ts$/, ""));
    const ids = [...contentRules, ...placeRules].map(({ id }) => id);
    expect([...ids].sort()).toEqual(files.filter((name) => name !== "every-rule").sort());
    for (const id of ids) expect(existsSync(join(import.meta.dirname, `${id}.test.ts`)), id).toBe(true);
  });

  test("have literals that can be looked for, and no more of them than they need", () => {
    for (const { literals } of contentRules) {
      for (const literal of literals) expect(literal).toMatch(/^[\x20-\x7e]{4,23}$/);
      expect(new Set(literals).size).toBe(literals.length);
    }
  });
});
