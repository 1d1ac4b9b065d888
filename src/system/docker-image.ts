import { type ChildProcess, spawn } from "node:child_process";
import type { Environment } from "../identity/host.ts";

/** An image of the engine that docker speaks to, as `docker image save` writes it. Rejects, at its end too, with one sentence. */
export async function* saveLocalImage(
  docker: string,
  reference: string,
  environment: Environment,
): AsyncIterable<Uint8Array> {
  const child = spawn(docker, ["image", "save", reference], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<number>((done) => {
    child.once("error", () => done(127));
    child.once("close", (status) => done(status ?? 128));
  });
  const release = endBySignal(child);
  try {
    yield* child.stdout;
    const status = await ended;
    if (status !== 0) throw new Error(`docker image save ended with ${status}: ${lastLine(said)}`);
  } finally {
    release();
    child.kill();
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A signal to us alone ends the child too: a docker that waits for its engine would not see that nobody reads any more. */
function endBySignal(child: ChildProcess): () => void {
  const release = (): void => {
    for (const signal of signals) process.off(signal, end);
  };
  const end = (signal: NodeJS.Signals): void => {
    release();
    child.kill();
    // it ends us as it would have
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, end);
  return release;
}

/** Whether the engine has it; undefined: docker cannot be run, or does not reach an engine. */
export function hasLocalImage(
  docker: string,
  reference: string,
  environment: Environment,
): Promise<boolean | undefined> {
  return new Promise((done) => {
    const child = spawn(docker, ["image", "inspect", "--format", "{{.Id}}", reference], {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
    child.once("error", () => done(undefined));
    child.once("close", (status) => {
      if (status === 0) done(true);
      else done(/no such image/i.test(Buffer.concat(said).toString()) ? false : undefined);
    });
  });
}

function lastLine(said: readonly Buffer[]): string {
  return Buffer.concat(said).toString().trim().split("\n").at(-1) ?? "";
}
