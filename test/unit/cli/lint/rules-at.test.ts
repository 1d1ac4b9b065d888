import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRulesAt } from "../../../../src/cli/lint/rules-at.ts";
import { createRules } from "../../../../src/cli/rewrite/rules.ts";
import { createWarn } from "../../../../src/cli/warn-once.ts";
import { exists, readText } from "../../../../src/system/text-file.ts";
import { scratch } from "../../system/scratch.ts";

test("a configuration of another name is told once, for however many folders it lies above", async () => {
  const root = scratch();
  for (const folder of ["a/b", "c"]) mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, ".git"));
  writeFileSync(join(root, "buildseal.yml"), "version: 1\n");
  const folders = ["a/b", "c", "a"].map((folder) => join(root, folder));
  const said: string[] = [];
  const warnOf = () => createWarn({ say: (sentence) => said.push(sentence) });
  const told = `warning: ${join(root, "buildseal.yml")} is not read: call it buildseal.yaml`;

  const rulesAt = createRulesAt(undefined, warnOf());
  for (const folder of folders) await rulesAt(folder);
  expect(said.splice(0)).toEqual([told]);

  const recipes = { names: [], origin: "" };
  const rulesOf = createRules({ named: undefined, recipes, readText, exists, warn: warnOf() });
  for (const folder of folders) await rulesOf(folder);
  expect(said).toEqual([told]);
});
