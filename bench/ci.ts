/**
 * How fast CI files are read and linted, and whether the time grows with the size alone.
 *
 *   node bench/ci.ts
 *
 * A slope of 1 is linear, 2 quadratic. Reading YAML is the yaml package's: its own time stands beside ours.
 */
import { parseAllDocuments } from "yaml";
import { lintRules } from "../src/lint/every-rule.ts";
import { planCiMigration } from "../src/migrate/ci/plan.ts";
import { readCiDocument } from "../src/workflow/read.ts";

const rules = lintRules.flatMap((rule) => (rule.subject === "ci" ? [rule] : []));
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

function lint(name: string, bytes: Uint8Array): number {
  const document = readCiDocument(name, bytes);
  return rules.reduce((found, rule) => found + [...rule.check({ document })].length, 0);
}

function fastest(run: () => void, rounds: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

const WORKFLOW = ".github/workflows/a.yml";
const job = (index: number, run: string) => `  job-${index}:
    runs-on: ubuntu-latest
    env:
      X: \${{ secrets.X }}
    steps:
      - uses: actions/checkout@v4
      - name: build
        run: |
          ${run}
          npm test
`;
const workflow = (run: string) =>
  `name: build\non:\n  push:\n    branches: [main]\njobs:\n${Array.from({ length: 5 }, (_, i) => job(i, run)).join("")}`;
const script = (line: string) =>
  `#!/bin/sh\nset -e\n${Array.from({ length: 58 }, (_, i) => (i % 6 === 0 ? `${line}\n` : `[ -f x${i} ] && echo "$x" | grep y\n`)).join("")}`;

console.log("| files of 60 lines | µs a file | files a second |\n|---|---:|---:|");
const usual: readonly (readonly [string, string, string])[] = [
  ["a workflow whose jobs all build images", WORKFLOW, workflow("docker build --build-arg X=$X .")],
  ["a workflow that has nothing to do with them", WORKFLOW, workflow("npm ci").replaceAll("secrets", "vars")],
  ["a script with builds", "a.sh", script("docker build --build-arg X=$X .")],
  ["a script without", "a.sh", script("make all")],
  ["a bake file", "docker-bake.hcl", 'target "a" {\n  args = {\n    A = "1"\n    T = TOKEN\n  }\n}\n'.repeat(9)],
];
for (const [label, name, text] of usual) {
  const bytes = bytesOf(text);
  const ms = fastest(() => {
    for (let i = 0; i < 300; i++) lint(name, bytes);
  }, 8);
  console.log(`| ${label} | ${((ms / 300) * 1e3).toFixed(0)} | ${Math.round(300_000 / ms)} |`);
}
const alone = fastest(() => {
  for (let i = 0; i < 300; i++) parseAllDocuments(usual[0]![2], { uniqueKeys: false, prettyErrors: false });
}, 8);
console.log(
  `| the first by the yaml package alone | ${((alone / 300) * 1e3).toFixed(0)} | ${Math.round(300_000 / alone)} |`,
);

const shapes: Readonly<Record<string, (size: number) => readonly [string, string]>> = {
  jobs: (size) => [
    WORKFLOW,
    `on: pull_request_target\njobs:\n${Array.from({ length: size }, (_, i) => job(i, "docker build --build-arg X=$X --secret id=a,env=AWS_ACCESS_KEY_ID .")).join("")}`,
  ],
  "lines of one script": (size) => [
    WORKFLOW,
    `jobs:\n  a:\n    steps:\n      - run: |\n${`          docker build --build-arg T=\${{ secrets.T }} .\n`.repeat(size * 10)}`,
  ],
  "arguments of one command": (size) => ["a.sh", `docker build ${"--build-arg TOKEN=$TOKEN \\\n".repeat(size * 10)}`],
  "secrets in arrays": (size) => [
    "a.sh",
    `docker build\n${"a+=(--secret id=a,env=AWS_ACCESS_KEY_ID)\n".repeat(size * 5)}`,
  ],
  "aliases of one job": (size) => [
    ".gitlab-ci.yml",
    `docker: &a\n  script: [docker build .]\n${Array.from({ length: size * 5 }, (_, i) => `j${i}:\n  <<: *a\n`).join("")}`,
  ],
  "targets of a bake file": (size) => [
    "docker-bake.hcl",
    'target "a" {\n  args = { NPM_TOKEN = NPM_TOKEN }\n}\n'.repeat(size * 5),
  ],
  "brackets without end": (size) => ["docker-bake.hcl", `a = ${"[".repeat(size * 100)}`],
  "an expression without end": (size) => [
    WORKFLOW,
    `jobs:\n  a:\n    steps:\n      - run: docker build ${`\${{ `.repeat(size * 20)}\n`,
  ],
};
console.log("\n| growth with | MB | ms | slope |\n|---|---:|---:|---:|");
for (const [label, make] of Object.entries(shapes)) {
  const times = [500, 1_000, 2_000].map((size) => {
    const [name, text] = make(size);
    const bytes = bytesOf(text);
    const ms = fastest(() => {
      lint(name, bytes);
      planCiMigration(readCiDocument(name, bytes), { migration: "static-aws-keys" });
    }, 3);
    return { ms, mb: bytes.length / 1e6 };
  });
  const slope = Math.log2(times[2]!.ms / times[0]!.ms) / 2;
  console.log(`| ${label} | ${times[2]!.mb.toFixed(2)} | ${times[2]!.ms.toFixed(0)} | ${slope.toFixed(2)} |`);
}
