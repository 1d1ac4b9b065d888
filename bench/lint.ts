/**
 * How fast lint is: files a second on one core, one file from a cold start against an empty Node, and whether the time
 * grows with the size alone.
 *
 *   npm run build && node bench/lint.ts
 *
 * A slope of 1 is linear, 2 quadratic. Every other number is a ratio of runs side by side.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readTemplate } from "../src/dockerfile/template/read-template.ts";
import { lintRules } from "../src/lint/every-rule.ts";
import { lintDockerfile } from "../src/lint/lint-file.ts";
import { recipes } from "../src/recipe/recipes.ts";

const ROUNDS = 5;
const root = resolve(import.meta.dirname, "..");
const ruleSet = { rules: lintRules, ids: new Set(lintRules.map(({ id }) => id)), settings: new Map() };
const surroundings = {
  neighbours: { dockerignore: "", exists: () => false },
  recipes,
  declared: new Set<string>(),
};

const usual = new TextEncoder().encode(usualFile());
console.log(`## ${lintRules.length} rules, files of ${usualFile().split("\n").length - 1} lines`);
const readMs = fastest(() => times(1_000, () => void readTemplate(usual, "Dockerfile")));
const lintMs = fastest(() => times(1_000, () => lint(usual)));
console.log(`${Math.round(1e6 / lintMs)} files a second; reading is ${((100 * readMs) / lintMs).toFixed(0)} % of it`);

console.log("\n## which rules take the time (µs a file)");
const byRule = lintRules
  .filter(({ subject }) => subject === "dockerfile")
  .map((rule) => {
    const only = { ...ruleSet, rules: [rule] };
    return [rule.id, fastest(() => times(300, () => lint(usual, only))) / 300] as const;
  });
const none = fastest(() => times(300, () => lint(usual, { ...ruleSet, rules: [] }))) / 300;
for (const [id, ms] of byRule.toSorted((a, b) => b[1] - a[1]).slice(0, 8)) {
  console.log(`${id.padEnd(32)} ${Math.max(0, (ms - none) * 1_000).toFixed(0)}`);
}

console.log("\n## growth\n\n| shape | size | MB | ms | slope |\n|---|---:|---:|---:|---:|");
const shapes: readonly { readonly name: string; readonly unit: number; readonly make: (size: number) => string }[] = [
  { name: "continuation lines", unit: 25_000, make: manyContinuations },
  { name: "RUN steps with a secret", unit: 5_000, make: manySteps },
  {
    name: "lines of 65,000 bytes",
    unit: 40,
    make: (size) => `FROM a\n${`RUN echo ${"a b $C ".repeat(9_200)}\n`.repeat(size)}`,
  },
  { name: "findings", unit: 5_000, make: (size) => `FROM a\n${"RUM x\n".repeat(size)}` },
  { name: "suppressions", unit: 5_000, make: manySuppressions },
  { name: "heredoc lines", unit: 50_000, make: (size) => `FROM a\nRUN <<E\n${"echo a line of it\n".repeat(size)}E\n` },
];
for (const { name, unit, make } of shapes) {
  let before: number | undefined;
  for (const factor of [1, 2, 4]) {
    const source = new TextEncoder().encode(make(unit * factor));
    const ms = fastest(() => lint(source), 3);
    const slope = before === undefined ? "" : Math.log2(ms / before).toFixed(2);
    console.log(`| ${name} | ${unit * factor} | ${(source.length / 1e6).toFixed(1)} | ${ms.toFixed(0)} | ${slope} |`);
    before = ms;
  }
}

console.log("\n## one file from a cold start, against node -e 0");
const folder = mkdtempSync(join(tmpdir(), "lint-bench-"));
try {
  writeFileSync(join(folder, "Dockerfile"), usual);
  const main = join(process.env["BUILDSEAL_DIST"] ?? join(root, "dist"), "main.js");
  readFileSync(main);
  const empty = fastestByClock(() => run(["-e", "0"]), 15);
  for (const words of [["--version"], ["lint", "--help"], ["lint", "Dockerfile"]]) {
    const ms = fastestByClock(() => run([main, ...words]), 15);
    console.log(
      `${words.join(" ").padEnd(16)} ${(ms / empty).toFixed(2)} × (${ms.toFixed(0)} ms, ${empty.toFixed(0)} ms)`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

function run(words: readonly string[]): void {
  spawnSync(process.execPath, words, { cwd: folder, stdio: "ignore" });
}

function lint(source: Uint8Array, rules = ruleSet): void {
  const dockerfile = readTemplate(source, "Dockerfile");
  const { broken } = lintDockerfile(dockerfile, { shown: "Dockerfile", identity: "Dockerfile" }, rules, surroundings);
  if (broken.length > 0) throw new Error(`${broken[0]!.rule} broke off`, { cause: broken[0]!.cause });
}

/** The processor's time in ms, which a busy machine changes little. */
function fastest(run: () => void, rounds = ROUNDS): number {
  return best(rounds, () => {
    const { user, system } = process.cpuUsage();
    run();
    const now = process.cpuUsage();
    return (now.user + now.system - user - system) / 1_000;
  });
}

function fastestByClock(run: () => void, rounds: number): number {
  return best(rounds, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
}

function best(rounds: number, measure: () => number): number {
  return Math.min(...Array.from({ length: rounds }, measure));
}

function times(count: number, run: () => void): void {
  for (let done = 0; done < count; done++) run();
}

function manyContinuations(size: number): string {
  return `FROM debian\nRUN true \\\n${"  # why\n  && echo true \\\n".repeat(size / 2)}  && true\n`;
}

function manySteps(size: number): string {
  return `FROM debian\n${"RUN --mount=type=secret,id=a,required=true,target=/run/a use /run/a && make\n".repeat(size)}`;
}

function manySuppressions(size: number): string {
  return `FROM debian\n${"# buildseal: ignore=unreadable-dockerfile reason=x\nRUM x\n".repeat(size)}`;
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
