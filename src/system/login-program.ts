import { spawn } from "node:child_process";
import type { Environment } from "../identity/host.ts";
import type { AskHelper } from "../image/registry/credential.ts";

const usualLimitMs = 30_000;
const mostBytes = 1 << 20;
/** It may leave a daemon behind that holds its stdout open: what came by then is the answer. */
const lingeringMs = 250;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs Docker's credential helpers (docker/docker-credential-helpers): the server on stdin, a JSON object on stdout. Each is a
 * process group of its own, which is ended whole where it takes too long, says too much, or where a signal ends us.
 */
export function createAskHelper(environment: Environment, limitMs = usualLimitMs): AskHelper {
  return async (name, server) => {
    // it becomes part of a program's name
    if (!/^[\w.-]+$/.test(name)) return undefined;
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), limitMs);
    const onSignal = (signal: NodeJS.Signals): void => {
      release();
      stop.abort();
      // it ends us as it would have
      process.kill(process.pid, signal);
    };
    const release = (): void => {
      clearTimeout(limit);
      for (const signal of signals) process.off(signal, onSignal);
    };
    // before it starts: one that comes right then would leave it behind
    for (const signal of signals) process.on(signal, onSignal);
    try {
      return await ask(`docker-credential-${name}`, server, environment, stop.signal);
    } finally {
      release();
    }
  };
}

function ask(program: string, server: string, env: Environment, stop: AbortSignal): Promise<string | undefined> {
  return new Promise((done) => {
    const child = spawn(program, ["get"], { env, detached: true, stdio: ["pipe", "pipe", "ignore"] });
    const output: Buffer[] = [];
    let length = 0;
    let lingering: NodeJS.Timeout | undefined;

    const settle = (answer?: string): void => {
      clearTimeout(lingering);
      child.off("exit", linger);
      child.stdin.destroy();
      child.stdout.destroy();
      child.unref();
      done(answer);
    };
    const end = (): void => {
      killGroup(child.pid);
      settle();
    };
    const conclude = (status: number | null): void =>
      settle(status === 0 ? Buffer.concat(output).toString("utf8") : undefined);
    const linger = (status: number | null): void => {
      lingering = setTimeout(conclude, lingeringMs, status);
    };

    stop.addEventListener("abort", end, { once: true });
    child.stdout.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > mostBytes) end();
      else output.push(chunk);
    });
    child.once("error", () => settle());
    child.once("close", conclude);
    child.once("exit", linger);
    // one that does not read it
    child.stdin.on("error", () => {});
    child.stdin.end(server);
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // they are gone
  }
}
