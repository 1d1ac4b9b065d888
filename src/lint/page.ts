import type { EveryRule } from "./rule.ts";

/** The page of a rule, as it lies in docs/rule/: made of what the rule says of itself and nothing else. */
export function rulePage(rule: EveryRule): string {
  const { id, title, docs } = rule;
  return `${[
    `# ${id}`,
    `${title}.`,
    factsOf(rule),
    "## What it finds",
    docs.what,
    "## Why it is bad",
    docs.why,
    "## Example",
    fenced(docs.example),
    "## Use instead",
    fenced(docs.instead),
    "## To accept it",
    acceptance(rule),
    "",
  ]
    .join("\n\n")
    .trimEnd()}\n`;
}

/** The same in a few lines, for machine reports. */
export function ruleHelp({ docs }: EveryRule): string {
  return [docs.what, docs.why, fenced(docs.example), "Use instead:", fenced(docs.instead)].join("\n\n");
}

const fixes: Readonly<Record<EveryRule["fix"], string>> = {
  safe: "`--fix` mends it",
  unsafe: "`--fix --unsafe-fixes` mends it, and may change what is built",
  none: "it is mended by hand",
};

const subjects: Readonly<Record<EveryRule["subject"], string>> = {
  dockerfile: "Dockerfiles and templates of them",
  ci: "CI files, compose and bake files, shell scripts",
  frame: "the run as a whole",
};

function factsOf({ severity, subject, fix }: EveryRule): string {
  return `Severity **${severity}** · looks at ${subjects[subject]} · ${fixes[fix]}`;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const kind =
    /^\s*(?:[\w-]+:|- )/m.test(text) && !/^(?:FROM|RUN|ARG|ENV|COPY|ADD|#)/m.test(text) ? "yaml" : "dockerfile";
  return `${fence}${kind}\n${text.trimEnd()}\n${fence}`;
}

function acceptance({ id, subject }: EveryRule): string {
  const config = `\`lint: { rules: { ${id}: off } }\` in \`buildseal.yaml\``;
  if (subject === "frame") return `${config} turns it off; any other severity can stand there too.`;
  return `Write \`# buildseal: ignore=${id} reason=TEXT\` right above the ${subject === "ci" ? "line" : "instruction"}. ${config} turns it off everywhere; any other severity can stand there too.`;
}
