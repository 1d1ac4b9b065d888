import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** The running Go program of this folder: BuildKit's own parser, lexer and conversion. */
export type Oracle = AsyncDisposable & {
  /** One answer a request, in order. `d` takes a Dockerfile, `w` a word (lex.go), `b` a build (convert.go), `t` a template (render.go). */
  readonly ask: (kind: "d" | "w" | "b" | "t", payloads: readonly Uint8Array[]) => Promise<unknown[]>;
};

/** Builds the program (Go is needed, and its module proxy once) and starts it. */
export function startOracle(): Oracle {
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "buildseal", "oracle");
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "oracle");
  execFileSync("go", ["build", "-o", program, "."], {
    cwd: import.meta.dirname,
    env: { ...process.env, GOFLAGS: "-mod=mod -buildvcs=false" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  // Go's text/scanner writes a line to stderr for every byte that is no UTF-8
  const child = spawn(program, ["-requests"], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  return {
    ask: (kind, payloads) => ask(child, lines, kind, payloads),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      if (child.exitCode === null) await new Promise((resolve) => child.once("close", resolve));
    },
  };
}

async function ask(
  child: ChildProcessByStdio<Writable, Readable, null>,
  lines: Interface,
  kind: string,
  payloads: readonly Uint8Array[],
): Promise<unknown[]> {
  const answers: unknown[] = [];
  if (payloads.length === 0) return answers;
  const done = new Promise<void>((resolve, reject) => {
    const onLine = (line: string) => {
      answers.push(JSON.parse(line));
      if (answers.length < payloads.length) return;
      lines.off("line", onLine);
      child.off("close", onClose);
      resolve();
    };
    const onClose = (code: number | null) => reject(new Error(`the oracle ended with ${code}`));
    lines.on("line", onLine);
    child.once("close", onClose);
  });
  for (const payload of payloads) {
    const head = Buffer.alloc(5);
    head.write(kind, 0, "latin1");
    head.writeUInt32BE(payload.length, 1);
    child.stdin.write(head);
    child.stdin.write(payload);
  }
  await done;
  return answers;
}
