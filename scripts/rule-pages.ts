/** Writes docs/rule/ and docs/scan-rule/: a page for each rule, made of what the rule says of itself. `npm run docs`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { lintRules } from "../src/lint/every-rule.ts";
import { frameRules } from "../src/lint/frame-rule.ts";
import { rulePage } from "../src/lint/page.ts";
import { explainedRules } from "../src/scan/explained-rule.ts";
import { scanRulePage } from "../src/scan/rule/rule-page.ts";

writePages("rule", new Map([...lintRules, ...frameRules].map((rule) => [rule.id, rulePage(rule)])));
writePages("scan-rule", new Map([...explainedRules].map(([id, text]) => [id, scanRulePage(text)])));

function writePages(name: string, pages: ReadonlyMap<string, string>): void {
  const folder = resolve(import.meta.dirname, "../docs", name);
  mkdirSync(folder, { recursive: true });
  const files = new Map([...pages].map(([id, page]) => [`${id}.md`, page]));
  for (const file of readdirSync(folder)) if (!files.has(file)) rmSync(join(folder, file));
  for (const [file, page] of files) writeFileSync(join(folder, file), page);
}
