import { type ChildProcess, spawn } from "node:child_process";
import type { Environment } from "../identity/host.ts";

/** The classic store first writes all of an image into a folder, and says nothing meanwhile. */
const longestSilenceMs = 600_000;

/** An image of the engine that docker speaks to, as `docker image save` writes it. Rejects, at its end too, with one sentence. */
export async function* saveLocalImage(
  docker: string,
  reference: string,
  environment: Environment,
  silenceMs = longestSilenceMs,
): AsyncIterable<Uint8Array> {
  const child = spawn(docker, ["image", "save", reference], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<number>((done) => {
    child.once("error", () => done(127));
    child.once("close", (status) => done(status ?? 128));
  });
  const release = endBySignal(child);
  const silence = setTimeout(() => {
    child.stdout.destroy(new Error(`docker image save said nothing for ${silenceMs / 1000} s`));
  }, silenceMs);
  try {
    for await (const chunk of child.stdout) {
      silence.refresh();
      yield chunk;
      silence.refresh();
    }
    const status = await ended;
    if (status !== 0) throw new Error(`docker image save ended with ${status}: ${lastLine(said)}`);
  } finally {
    clearTimeout(silence);
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

/** `unknown`: docker cannot be run, or does not reach an engine. */
export type LocalImage =
  | { readonly kind: "there" }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly why: string };

/** An engine that is asked by ssh may take its time; one that takes the call and never answers would take for ever. */
const usualLimitMs = 60_000;

/** Whether the engine that docker speaks to has an image. */
export async function findLocalImage(
  docker: string,
  reference: string,
  environment: Environment,
  limitMs = usualLimitMs,
): Promise<LocalImage> {
  const asked = await ask(docker, ["image", "inspect", "--format", "{{.Id}}", reference], environment, limitMs);
  if (asked.kind === "answered") return { kind: "there" };
  return /no such image/i.test(asked.why) ? { kind: "absent" } : { kind: "unknown", why: asked.why };
}

/** The names of the images that the engine has; none where it cannot be asked. */
export async function listLocalNames(
  docker: string,
  environment: Environment,
  limitMs = usualLimitMs,
): Promise<readonly string[]> {
  const asked = await ask(docker, ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"], environment, limitMs);
  if (asked.kind === "failed") return [];
  return asked.said.split("\n").filter((name) => name !== "" && !name.includes("<none>"));
}

type Asked = { readonly kind: "answered"; readonly said: string } | { readonly kind: "failed"; readonly why: string };

async function ask(docker: string, words: readonly string[], env: Environment, limitMs: number): Promise<Asked> {
  const child = spawn(docker, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  const release = endBySignal(child);
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
    // what it started may hold them open
    child.stdout.destroy();
    child.stderr.destroy();
  }, limitMs);
  const [said, complaint]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => complaint.push(chunk));
  try {
    const status = await new Promise<number>((done) => {
      child.once("error", () => done(127));
      child.once("close", (code) => done(code ?? 128));
    });
    if (status === 0) return { kind: "answered", said: Buffer.concat(said).toString() };
    if (isLate) return { kind: "failed", why: `it did not answer within ${limitMs / 1000} s` };
    return { kind: "failed", why: lastLine(complaint) || `docker ended with ${status}` };
  } finally {
    clearTimeout(limit);
    release();
  }
}

function lastLine(said: readonly Buffer[]): string {
  return Buffer.concat(said).toString().trim().split("\n").at(-1) ?? "";
}
