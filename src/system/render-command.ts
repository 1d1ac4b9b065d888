import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { SealError } from "../error.ts";
import type { Environment } from "../identity/host.ts";
import { errorCode } from "./error-code.ts";
import { makeDiskDirectory } from "./tmpfs.ts";

const timeLimitMs = 120_000;
const outputLimitBytes = 64 * 1024 * 1024;
const stderrKept = 2000;

/** Gives what the user's own command makes of a template. @throws SealError DOCKERFILE where it fails */
export type RenderTemplate = (template: Uint8Array) => Promise<Uint8Array>;

/**
 * Runs a user's command without a shell. Each `{}` in its words is the path of a file of the template's own name in a
 * private folder, alone there; without one the template comes on stdin. What it prints is the Dockerfile.
 */
export function createRenderTemplate(words: readonly string[], name: string, environment: Environment): RenderTemplate {
  return async (template) => {
    if (!words.some((word) => word.includes("{}"))) return run(words, template, environment);
    const { path: folder, refusals } = await makeDiskDirectory();
    if (folder === undefined) {
      throw new SealError("STORE", `There is no place for the template: ${refusals.join("; ")}`, "Set TMPDIR to one");
    }
    try {
      const file = join(folder, basename(name));
      await writeFile(file, template, { mode: 0o600, flag: "wx" });
      return await run(
        words.map((word) => word.replaceAll("{}", file)),
        undefined,
        environment,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function run(
  [program = "", ...words]: readonly string[],
  input: Uint8Array | undefined,
  environment: Environment,
): Promise<Uint8Array> {
  return new Promise((done, fail) => {
    const child = spawn(program, words, {
      env: environment,
      detached: true,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    let length = 0;
    let complaint = "";
    let why: string | undefined;
    const end = (reason: string): void => {
      why ??= reason;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const limit = setTimeout(() => end(`took longer than ${timeLimitMs / 1000} s`), timeLimitMs);
    child.stdout?.on("data", (chunk: Buffer) => {
      length += chunk.byteLength;
      if (length > outputLimitBytes) end("printed more than 64 MB");
      else output.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString()}`.slice(-stderrKept);
    });
    // one that reads no stdin ends it early
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    child.once("error", (error) => {
      clearTimeout(limit);
      fail(failed(program, `could not be started (${errorCode(error)})`, ""));
    });
    child.once("close", (status, signal) => {
      clearTimeout(limit);
      why ??= signal === null ? undefined : `was ended by ${signal}`;
      if (why === undefined && status !== 0) why = `ended with status ${status}`;
      if (why === undefined) done(Buffer.concat(output));
      else fail(failed(program, why, complaint));
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // they are gone
  }
}

function failed(program: string, what: string, complaint: string): SealError {
  const said = complaint.trim();
  return new SealError(
    "DOCKERFILE",
    `the --render command ${program} ${what}${said === "" ? "" : `: ${said}`}`,
    "Correct the command; it runs without a shell, in the folder where buildseal was started",
  );
}
