import { SealError } from "../error.ts";
import { rulePage } from "../lint/page.ts";
import { nearest } from "../nearest.ts";
import { wrap } from "../report/printable.ts";
import { explainedRules } from "../scan/explained-rule.ts";
import { scanRulePage } from "../scan/rule/rule-page.ts";
import { ruleIds, rulesById } from "./lint/every-rule.ts";
import { readOptions } from "./option.ts";

const help = `Usage:  buildseal explain [RULE]

What a rule of buildseal lint or scan-image means, why it matters, and what to do instead. Without a rule, lists them all.
`;

/** `buildseal explain`: the page of a rule, or all rules. Gives the exit status. @throws SealError ARGUMENT */
export async function explain(words: readonly string[]): Promise<number> {
  const given = readOptions("explain", {}, words);
  if (given.has("help")) {
    process.stdout.write(help);
    return 0;
  }
  if (given.words.length > 1) throw new SealError("ARGUMENT", "One rule at a time", "See 'buildseal explain --help'");
  const [id] = given.words;
  process.stdout.write(id === undefined ? everyRule() : folded(page(id)));
  return 0;
}

function page(id: string): string {
  const rule = rulesById.get(id);
  if (rule !== undefined) return `${rulePage(rule)}\n`;
  const scanRule = explainedRules.get(id);
  if (scanRule !== undefined) return `${scanRulePage(scanRule)}\n`;
  const ids = new Set([...ruleIds, ...explainedRules.keys()]);
  const meant = nearest(id, ids) ?? only([...ids].filter((known) => id !== "" && known.includes(id)));
  throw new SealError(
    "ARGUMENT",
    `There is no rule '${id}'`,
    meant === undefined ? "'buildseal explain' lists them all" : `Did you mean 'buildseal explain ${meant}'?`,
  );
}

function only(ids: readonly string[]): string | undefined {
  return ids.length === 1 ? ids[0] : undefined;
}

const widest = 100;

/** On a terminal its paragraphs are broken between words; for a program it is the Markdown page as it is. */
function folded(text: string): string {
  if (!process.stdout.isTTY) return text;
  const columns = Math.min(process.stdout.columns || widest, widest);
  let isFenced = false;
  const lines = text.split("\n").flatMap((line) => {
    if (line.startsWith("```")) isFenced = !isFenced;
    return isFenced ? [line] : wrap(line, columns);
  });
  return lines.join("\n");
}

function everyRule(): string {
  const lint = [...rulesById.values()].map(({ id, severity, title, fix }) => {
    const mark = fix === "safe" ? "fix" : fix === "unsafe" ? "fix?" : "";
    return { id, facts: [severity.padEnd(7), mark.padEnd(4)], title };
  });
  const scan = [...explainedRules.values()].map(({ id, severity, title }) => ({
    id,
    facts: [severity.padEnd(7)],
    title,
  }));
  const sections = [
    "buildseal lint\n",
    listed(lint),
    "\nfix: --fix mends it; fix?: --fix --unsafe-fixes does\n",
    "\nbuildseal scan-image\n",
    listed(scan),
    "\nOne rule: buildseal explain RULE\n",
  ];
  return sections.join("");
}

type Listed = { readonly id: string; readonly facts: readonly string[]; readonly title: string };

function listed(rules: readonly Listed[]): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  const lines = rules.map(({ id, facts, title }) => {
    const head = `${[id.padEnd(width), ...facts].join("  ")}  `;
    return head + wrap(title, widest - head.length).join(`\n${" ".repeat(head.length)}`);
  });
  return `${lines.join("\n")}\n`;
}
