/**
 * How fast lint is: files a second on one core, one file from a cold start against an empty Node, and whether the time
 * grows with the size alone.
 *
 *   npm run build && node bench/lint.ts
 *
 * A slope of 1 is linear, 2 quadratic. Every other number is a ratio of runs side by side.
 */
import { readTemplate } from "../src/dockerfile/template/read-template.ts";
import { lintRules } from "../src/lint/every-rule.ts";
import { lintDockerfile } from "../src/lint/lint-file.ts";
import { recipes } from "../src/recipe/recipes.ts";
import { printCold } from "./cold.ts";
import { fastest, printGrowth } from "./growth.ts";

const ROUNDS = 15;
const ruleSet = { rules: lintRules, ids: new Set(lintRules.map(({ id }) => id)), settings: new Map() };
const surroundings = {
  neighbours: { dockerignore: "", exists: () => false },
  recipes,
  declared: new Set<string>(),
};

const usual = new TextEncoder().encode(usualFile());
console.log(`## ${lintRules.length} rules, files of ${usualFile().split("\n").length - 1} lines`);
const readMs = fastest(() => times(1_000, () => void readTemplate(usual, "Dockerfile")), ROUNDS);
const lintMs = fastest(() => times(1_000, () => lint(usual)), ROUNDS);
console.log(`${Math.round(1e6 / lintMs)} files a second; reading is ${((100 * readMs) / lintMs).toFixed(0)} % of it`);

console.log("\n## which rules take the time (µs a file)");
const byRule = lintRules
  .filter(({ subject }) => subject === "dockerfile")
  .map((rule) => {
    const only = { ...ruleSet, rules: [rule] };
    return [rule.id, fastest(() => times(300, () => lint(usual, only)), 5) / 300] as const;
  });
const none = fastest(() => times(300, () => lint(usual, { ...ruleSet, rules: [] })), 5) / 300;
for (const [id, ms] of byRule.toSorted((a, b) => b[1] - a[1]).slice(0, 8)) {
  console.log(`${id.padEnd(32)} ${Math.max(0, (ms - none) * 1_000).toFixed(0)}`);
}

console.log("\n## growth");
printGrowth((source) => lint(source));

console.log("\n## from a cold start");
printCold(usualFile(), [["--version"], ["lint", "Dockerfile"], ["explain", "secret-kept"]]);

function lint(source: Uint8Array, rules = ruleSet): void {
  const dockerfile = readTemplate(source, "Dockerfile");
  const { broken } = lintDockerfile(dockerfile, { shown: "Dockerfile", identity: "Dockerfile" }, rules, surroundings);
  if (broken.length > 0) throw new Error(`${broken[0]!.rule} broke off`, { cause: broken[0]!.cause });
}

function times(count: number, run: () => void): void {
  for (let done = 0; done < count; done++) run();
}

function usualFile(): string {
  const lines = [
    "# syntax=docker/dockerfile:1",
    "FROM debian:12 AS build",
    "ARG VERSION=1.2.3",
    "ENV HOME=/root PATH=/opt:$PATH",
  ];
  lines.push(
    "RUN --mount=type=secret,id=npm-token,required=true \\",
    '    NPM_TOKEN="$(cat /run/secrets/npm-token)" npm ci',
  );
  while (lines.length < 55) {
    lines.push(
      "# What is needed.",
      "RUN apt-get update && \\",
      "    apt-get install -y --no-install-recommends \\",
      "      make gcc",
      "",
    );
  }
  lines.push("FROM debian:12", "COPY --from=build /out /out", "USER 1000", 'CMD ["/out/app"]');
  return `${lines.join("\n")}\n`;
}
