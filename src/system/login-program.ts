import { spawn } from "node:child_process";
import type { Environment } from "../identity/host.ts";
import type { AskHelper } from "../image/registry/credential.ts";

const limitMs = 30_000;
const mostBytes = 1 << 20;

/** Runs Docker's credential helpers (docker/docker-credential-helpers): the server on stdin, a JSON object on stdout. */
export function createAskHelper(environment: Environment): AskHelper {
  return (name, server) =>
    new Promise((done) => {
      // it becomes part of a program's name
      if (!/^[\w.-]+$/.test(name)) return done(undefined);
      const child = spawn(`docker-credential-${name}`, ["get"], {
        env: environment,
        stdio: ["pipe", "pipe", "ignore"],
        timeout: limitMs,
      });
      const output: Buffer[] = [];
      let length = 0;
      child.stdout.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > mostBytes) child.kill();
        else output.push(chunk);
      });
      child.once("error", () => done(undefined));
      child.once("close", (status) => done(status === 0 ? Buffer.concat(output).toString("utf8") : undefined));
      // one that does not read it
      child.stdin.on("error", () => {});
      child.stdin.end(server);
    });
}
