/**
 * How fast `buildseal rewrite` is: files a second, one file against `node -e 0`, and whether time grows by size alone.
 *
 *   npm run build && node bench/rewrite.ts
 *
 * The corpus is made here: files of 60 lines, a quarter with a step that gets mounts, a tenth templates. Rounds stand side
 * by side and the fastest counts; a slope of 1 is linear, 2 quadratic.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { grantFile } from "../src/cli/rewrite/grant-file.ts";
import { openMigration } from "../src/cli/rewrite/migrate-file.ts";
import { requestRecipe } from "../src/grant/request.ts";
import { recipes } from "../src/recipe/recipes.ts";
import { printCold } from "./cold.ts";
import { fastest, printGrowth, type Shape, shapes } from "./growth.ts";
import { program, withNode } from "./program.ts";

const rounds = 8;

const granting = {
  rules: {
    config: undefined,
    configPath: undefined,
    placeOf: undefined,
    requests: [{ ...requestRecipe("sccache", "--with", recipes), allowNone: true }],
    declared: new Set<string>(),
  },
  policy: [],
  host: () => undefined,
};
const migrate = openMigration({ migrate: "static-aws-keys", also: [] });

const corpus = Array.from({ length: 3000 }, (_, index) => usualFile(index));
console.log("| of 3,000 files of 60 lines, warm | files a second |\n|---|---:|");
for (const [name, run] of [
  ["rewrite, read, planned, inserted and proven", grantAll],
  ["migrate static-aws-keys, one in four files with keys", migrateAll],
] as const) {
  const ms = fastest(() => run(corpus), rounds);
  console.log(`| ${name} | ${Math.round((corpus.length / ms) * 1000)} |`);
}

const folder = mkdtempSync(join(tmpdir(), "bench-rewrite-"));
try {
  for (const [index, { name, text }] of corpus.entries()) {
    const sub = join(folder, `${index % 50}`);
    mkdirSync(sub, { recursive: true });
    writeFileSync(join(sub, `${index}.${name}`), text);
  }
  const all = soonest(() => buildseal(["rewrite", folder, "--with", "sccache", "--check", "--quiet"]));
  console.log(`\n3,000 files of a folder, --check, from a cold start: ${all.toFixed(0)} ms`);
} finally {
  rmSync(folder, { recursive: true });
}

printCold(usualFile(0).text, [
  ["rewrite", "--check", "--with", "sccache", "Dockerfile"],
  ["rewrite", "--check", "--migrate", "static-aws-keys", "Dockerfile"],
]);

const own: readonly Shape[] = [
  ...shapes.filter(({ name }) => !/refuses|suppressions/.test(name)),
  { name: "steps that get mounts", part: (index) => `${keyed(`sccache make ${index}`).join("\n")}\n` },
  { name: "ARGs and ENVs", part: () => "ARG A\nENV B=$A\n", tail: `${keyed("sccache make").join("\n")}\n` },
];
console.log("\n## growth of rewrite");
printGrowth((bytes) => grantAll([{ name: "Dockerfile", text: bytes }]), own);
console.log("\n## growth of rewrite --migrate static-aws-keys");
printGrowth((bytes) => migrateAll([{ name: "Dockerfile", text: bytes }]), own);

type File = { readonly name: string; readonly text: string | Uint8Array };

function grantAll(files: readonly File[]): void {
  for (const { name, text } of files) {
    grantFile({ name, path: name, bytes: Buffer.from(text as string), engine: undefined }, granting);
  }
}

function migrateAll(files: readonly File[]): void {
  for (const { name, text } of files) {
    const bytes = Buffer.from(text as string);
    const subject = { name, path: name, identity: name, named: true, bytes };
    void migrate(subject, { name, path: name, bytes, engine: undefined }, granting);
  }
}

function buildseal(words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8", env: withNode() });
  if (status !== 0 && status !== 1) throw new Error(stderr);
}

/** Of what runs in another process, by the clock. */
function soonest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function usualFile(index: number): { readonly name: string; readonly text: string } {
  const isTemplate = index % 10 === 9;
  const lines = ["# syntax=docker/dockerfile:1", "FROM debian:13 AS build", "ENV HOME=/root PATH=/opt:$PATH"];
  if (isTemplate) lines.push("{% if debug %}", "ENV DEBUG=1", "{% endif %}");
  while (lines.length < 50) {
    lines.push("# What is needed.", "RUN apt-get update && \\", "    apt-get install -y \\", "      make gcc", "");
  }
  if (index % 4 === 0) lines.push(...keyed("sccache make"));
  lines.push("FROM debian:13", "COPY --from=build /out /out", 'CMD ["/out/app"]');
  return { name: isTemplate ? "Dockerfile.j2" : "Dockerfile", text: `${lines.join("\n")}\n` };
}

function keyed(body: string): string[] {
  const mount = (id: string, name: string) => `    --mount=type=secret,id=${id},env=${name} \\`;
  return ["RUN \\", mount("k", "AWS_ACCESS_KEY_ID"), mount("s", "AWS_SECRET_ACCESS_KEY"), `    ${body}`];
}
