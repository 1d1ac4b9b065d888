/**
 * Whether reading a template takes time by its size alone, and how many usual ones are read in a second.
 *
 *   node bench/template.ts
 *
 * Every row doubles the size: a slope of 1 is linear, 2 quadratic. Beside it stands the same file without tags, read as
 * a plain Dockerfile.
 */
import { readDockerfile, readTemplate, type TemplateEngine } from "../src/dockerfile/index.ts";

type Shape = {
  readonly name: string;
  readonly engine: TemplateEngine;
  readonly unit: number;
  readonly make: (size: number) => string;
};

const SHAPES: readonly Shape[] = [
  {
    name: "steps in conditions",
    engine: "jinja",
    unit: 4_000,
    make: (size) => `FROM a\n${"{% if x %}\nRUN one {{ y }}\n{% else %}\nRUN two\n{% endif %}\n".repeat(size)}`,
  },
  {
    name: "conditions in one step",
    engine: "jinja",
    unit: 10_000,
    make: (size) =>
      `FROM a\nRUN true \\\n${"{% if x %}\n  && one \\\n{% else %}\n  && two \\\n{% endif %}\n".repeat(size)}  end\n`,
  },
  {
    name: "tails without a continuation",
    engine: "go",
    unit: 10_000,
    make: (size) => `FROM a\nRUN true \\\n${"{{ if .x }}\n  && one\n{{ end }}\n  && two \\\n".repeat(size)}  end\n`,
  },
  {
    name: "conditions in one line",
    engine: "go",
    unit: 20_000,
    make: (size) => `FROM a\n${`RUN ${"{{ if .x }}a{{ else }}b{{ end }} ".repeat(1_000)}\n`.repeat(size / 1_000)}`,
  },
  {
    name: "nested conditions",
    engine: "go",
    unit: 2_000,
    make: (size) => `FROM a\n${"{{ if .x }}\nRUN one\n".repeat(size)}${"{{ end }}\n".repeat(size)}RUN x\n`,
  },
  {
    name: "nested loops whose rounds go on",
    engine: "go",
    unit: 1_000,
    make: (size) => `FROM a\n${"{{ range .x }}RUN one \\\n a".repeat(size)}${"{{ end }}\n".repeat(size)}RUN x\n`,
  },
  {
    name: "heredocs under conditions",
    engine: "erb",
    unit: 4_000,
    make: (size) => `FROM a\n${"RUN <<EOF\n<% if x %>\nRUN no\n<% end %>\nEOF\n".repeat(size)}`,
  },
  {
    name: "plain lines",
    engine: "placeholder",
    unit: 50_000,
    make: (size) => `FROM a\nRUN true \\\n${"  && true \\\n".repeat(size)}  end\n`,
  },
  {
    name: "tags that never end",
    engine: "jinja",
    unit: 50_000,
    make: (size) => `FROM a\n${"RUN {{ ' \" }}\n".repeat(size)}`,
  },
  { name: "files of 60 lines", engine: "jinja", unit: 500, make: () => usualFile() },
];

console.log("| shape | size | MB | ms | slope | plain ms |");
console.log("|---|---:|---:|---:|---:|---:|");
for (const { name, engine, unit, make } of SHAPES) {
  let before: number | undefined;
  for (const factor of [1, 2, 4]) {
    const size = unit * factor;
    const text = make(size);
    const source = new TextEncoder().encode(text);
    const plain = new TextEncoder().encode(text.replace(/\{[{%].*?[%}]\}|<%.*?%>/gs, ""));
    const repeat = name.startsWith("files") ? size : 1;
    const ms = fastest(() => times(repeat, () => readTemplate(source, "Dockerfile", engine)));
    const plainMs = fastest(() => times(repeat, () => readDockerfile(plain)));
    const slope = before === undefined ? "" : Math.log2(ms / before).toFixed(2);
    const megabytes = ((source.length * repeat) / 1e6).toFixed(1);
    console.log(`| ${name} | ${size} | ${megabytes} | ${ms.toFixed(0)} | ${slope} | ${plainMs.toFixed(0)} |`);
    if (repeat > 1 && factor === 4) console.log(`\n${Math.round((1000 * size) / ms)} files of 60 lines a second`);
    before = ms;
  }
}

function fastest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function times(count: number, run: () => void): void {
  for (let done = 0; done < count; done++) run();
}

function usualFile(): string {
  const lines = ["# syntax=docker/dockerfile:1", "FROM {{ base }} AS build", "ENV HOME=/root PATH=/opt:$PATH"];
  while (lines.length < 54) {
    lines.push("# What is needed.", "RUN apt-get update && \\", "{% if gpu %}", "    apt-get install {{ cuda }} && \\");
    lines.push("{% endif %}", "    apt-get install -y \\", "      make gcc", "");
  }
  lines.push("FROM debian:12", "COPY --from=build /out /out", 'CMD ["/out/app"]');
  return `${lines.join("\n")}\n`;
}
