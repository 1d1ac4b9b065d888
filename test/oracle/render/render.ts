import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { TemplateEngine } from "../../../src/dockerfile/index.ts";
import type { Oracle } from "../oracle.ts";
import { type Context, PARTS, type Settings } from "./context.ts";
import { jqProgram } from "./jq-program.ts";

export type Job = {
  readonly engine: TemplateEngine;
  readonly text: string;
  readonly context: Context;
  readonly settings: Settings;
};

/** undefined: the engine refuses the template. */
export type Render = (jobs: readonly Job[]) => Promise<(string | undefined)[]>;

/**
 * The real engines, as far as they are on this machine: Go's with the oracle, Jinja2 and EmPy of `python3`, cpp and jq;
 * EJS, Handlebars and Liquid in the folder that ORACLE_NODE_MODULES names, `m4` and `ruby` on the PATH. Placeholders
 * are replaced here.
 */
export function createRender(oracle: Oracle): Render & Disposable {
  const python = lineServer("python3", [join(import.meta.dirname, "render.py")]);
  const node = lineServer(process.execPath, [
    join(import.meta.dirname, "render.cjs"),
    process.env["ORACLE_NODE_MODULES"] ?? import.meta.dirname,
  ]);
  const folder = mkdtempSync(join(tmpdir(), "buildseal-oracle-"));
  const render = async (jobs: readonly Job[]): Promise<(string | undefined)[]> => {
    switch (jobs[0]?.engine) {
      case undefined:
        return [];
      case "go": {
        const answers = await oracle.ask("t", jobs.map(encodeJob));
        return (answers as { text: string; error: string }[]).map(({ text, error }) =>
          error === "" ? text : undefined,
        );
      }
      case "jinja":
      case "empy":
        return python.ask(jobs);
      case "ejs":
      case "handlebars":
      case "liquid":
        return node.ask(jobs);
      case "placeholder":
        return jobs.map(replacePlaceholders);
      default:
        return jobs.map((job) => runProgram(job, folder));
    }
  };
  return Object.assign(render, {
    [Symbol.dispose]() {
      python.end();
      node.end();
      rmSync(folder, { recursive: true });
    },
  });
}

function encodeJob({ text, context }: Job): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ text, context }));
}

type LineServer = { readonly ask: (jobs: readonly Job[]) => Promise<(string | undefined)[]>; readonly end: () => void };

function lineServer(program: string, words: readonly string[]): LineServer {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  let answers: AsyncIterator<string> | undefined;
  return {
    async ask(jobs) {
      child ??= spawn(program, words, { stdio: ["pipe", "pipe", "ignore"] });
      answers ??= createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      for (const job of jobs) child.stdin.write(`${JSON.stringify({ ...job, parts: PARTS })}\n`);
      const texts: (string | undefined)[] = [];
      while (texts.length < jobs.length) {
        const { value, done } = await answers.next();
        if (done === true) throw new Error(`${program} ended`);
        texts.push((JSON.parse(value) as { text?: string }).text);
      }
      return texts;
    },
    end: () => child?.kill(),
  };
}

function runProgram({ engine, text, context, settings }: Job, folder: string): string | undefined {
  const flags = (["a", "b", "c"] as const).filter((name) => context[name]).map((name) => `-D${name.toUpperCase()}=1`);
  for (const [name, part] of Object.entries(PARTS)) writeFileSync(join(folder, name), `${part}\n`);
  switch (engine) {
    case "cpp":
      return run("cpp", ["-P", "-w", "-undef", ...(settings.mode?.split(" ") ?? []), ...flags, `-I${folder}`], text);
    case "m4":
      return run("m4", [...flags, `-I${folder}`, "-"], text);
    case "jq": {
      const program = join(folder, "program.jq");
      writeFileSync(program, jqProgram(text));
      return run("jq", ["--join-output", "--from-file", program], JSON.stringify(context));
    }
    case "erb": {
      const code = `require "erb"; require "json"; c = JSON.parse(ENV["CONTEXT"]); scope = binding; c.each { |k, v| scope.local_variable_set(k.to_sym, v) }; print ERB.new(STDIN.read, trim_mode: ENV["MODE"]).result(scope)`;
      return run("ruby", ["-e", code], text, { CONTEXT: JSON.stringify(context), MODE: settings.mode ?? "-" });
    }
    default:
      return undefined;
  }
}

function run(
  program: string,
  words: readonly string[],
  input: string,
  more: NodeJS.ProcessEnv = {},
): string | undefined {
  const { status, stdout } = spawnSync(program, words, {
    input,
    encoding: "utf8",
    maxBuffer: 1e8,
    env: { ...process.env, ...more },
    stdio: ["pipe", "pipe", "ignore"],
  });
  return status === 0 ? stdout : undefined;
}

const WORDS: Readonly<Record<string, string>> = { STEPS: "RUN from elsewhere", EXTRA_STEPS: "RUN elsewhere" };

function replacePlaceholders({ text, context }: Job): string {
  const word = (name: string) =>
    WORDS[name] ?? (name === "COMMENT" ? (context.a ? "# " : "") : `x-${name.toLowerCase()}`);
  return text
    .replace(/%%(\w+)%%|@([A-Z_][A-Z0-9_]*)@/g, (_, one?: string, two?: string) => word(one ?? two ?? ""))
    .replace(/^\$(?:(\w+)|\{(\w+)\})$/gm, (_, one?: string, two?: string) => word(one ?? two ?? ""));
}
