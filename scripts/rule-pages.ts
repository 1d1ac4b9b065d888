/** Writes docs/rule/: a page for each rule, made of what the rule says of itself. `npm run docs`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { lintRules } from "../src/lint/every-rule.ts";
import { frameRules } from "../src/lint/frame-rule.ts";
import { rulePage } from "../src/lint/page.ts";

const folder = resolve(import.meta.dirname, "../docs/rule");
mkdirSync(folder, { recursive: true });
const pages = new Map([...lintRules, ...frameRules].map((rule) => [`${rule.id}.md`, rulePage(rule)]));
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name));
for (const [name, page] of pages) writeFileSync(join(folder, name), page);
