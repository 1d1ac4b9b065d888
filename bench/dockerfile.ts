/**
 * Whether reading, inserting, comparing and printing a Dockerfile take time by its size alone.
 *
 *   node bench/dockerfile.ts
 *
 * Every row doubles the size: a slope of 1 is linear, 2 quadratic.
 */
import {
  flowFrom,
  insertMounts,
  printDiff,
  readDockerfile,
  settingsOf,
  stagesReached,
  stepsOf,
  verifyInsertion,
} from "../src/dockerfile/index.ts";

type Shape = { readonly name: string; readonly unit: number; readonly make: (size: number) => string };

const SHAPES: readonly Shape[] = [
  { name: "steps", unit: 2_000, make: manySteps },
  { name: "continuation lines", unit: 100_000, make: manyContinuations },
  { name: "heredoc lines", unit: 100_000, make: manyHeredocLines },
  { name: "stages, each on the one before", unit: 1_000, make: manyStages },
  { name: "variables in one ENV", unit: 20_000, make: manyVariables },
  { name: "words around a heredoc", unit: 200_000, make: manyWords },
  { name: "comment lines", unit: 100_000, make: (size) => `FROM a\n${"# text\n".repeat(size)}RUN x\n` },
  { name: "files of 60 lines", unit: 1_000, make: () => usualFile() },
];

const MOUNT = "--mount=type=secret,id=bench,target=/run/secrets/bench,required=true";
const ROUNDS = 3;

console.log("| shape | size | MB | read ms | all ms | slope |");
console.log("|---|---:|---:|---:|---:|---:|");
for (const shape of SHAPES) {
  let before: number | undefined;
  for (const factor of [1, 2, 4]) {
    const size = shape.unit * factor;
    const source = new TextEncoder().encode(shape.make(size));
    const repeat = shape.unit === 1_000 && shape.name.startsWith("files") ? size : 1;
    const readMs = fastest(() => times(repeat, () => readDockerfile(source)));
    const allMs = fastest(() => times(repeat, () => doAll(source)));
    const slope = before === undefined ? "" : Math.log2(allMs / before).toFixed(2);
    const megabytes = (source.length * repeat) / 1e6;
    console.log(
      `| ${shape.name} | ${size} | ${megabytes.toFixed(1)} | ${readMs.toFixed(0)} | ${allMs.toFixed(0)} | ${slope} |`,
    );
    before = allMs;
  }
}

function doAll(source: Uint8Array): void {
  const dockerfile = readDockerfile(source);
  const steps = stepsOf(dockerfile);
  const settings = settingsOf(dockerfile);
  for (const step of steps) void settings(step).home;
  stagesReached(dockerfile);
  flowFrom(dockerfile, steps.slice(0, 1));
  const insertions = steps.map((step) => ({ step, mounts: [MOUNT] }));
  const { text, edits } = insertMounts(dockerfile, insertions);
  verifyInsertion(dockerfile, text, insertions);
  printDiff("Dockerfile", dockerfile.text, edits);
}

function fastest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function times(count: number, run: () => void): void {
  for (let done = 0; done < count; done++) run();
}

function manySteps(size: number): string {
  const step = (index: number) =>
    `# step ${index}\nENV V${index}=$V${index - 1}x A=b\nRUN --network=none make ${index}\n`;
  return `FROM debian\nENV V0=a\n${Array.from({ length: size }, (_, index) => step(index).replace(/x A/, " A")).join("")}`;
}

function manyContinuations(size: number): string {
  return `FROM debian\nRUN true \\\n${"  # why\n  && true \\\n".repeat(size / 2)}  && true\n`;
}

function manyHeredocLines(size: number): string {
  return `FROM debian\nRUN <<EOF\n${"echo a line\n".repeat(size)}EOF\n`;
}

function manyStages(size: number): string {
  const stage = (index: number) =>
    `FROM ${index === 0 ? "debian" : `s${index - 1}`} AS s${index}\nENV A${index % 7}=b\nCOPY --from=s${Math.max(0, index - 1)} /a /b\nRUN --mount=type=cache,target=/c make\n`;
  return Array.from({ length: size }, (_, index) => stage(index)).join("");
}

function manyVariables(size: number): string {
  return `FROM scratch\nENV ${Array.from({ length: size }, (_, index) => `A${index}="b c"`).join(" \\\n  ")}\nRUN make\n`;
}

function manyWords(size: number): string {
  return `FROM debian\nRUN cat <<EOF \\\n${'  a "b c" $X \\\n'.repeat(size / 4)}  end\ntext\nEOF\n`;
}

function usualFile(): string {
  const lines = ["# syntax=docker/dockerfile:1", "FROM debian:12 AS build", "ENV HOME=/root PATH=/opt:$PATH"];
  while (lines.length < 54) {
    lines.push("# What is needed.", "RUN apt-get update && \\", "    apt-get install -y \\", "      make gcc", "");
  }
  lines.push("FROM debian:12", "COPY --from=build /out /out", 'CMD ["/out/app"]');
  return `${lines.join("\n")}\n`;
}
