import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { part } from "./part.ts";

export interface ImageTools {
  /** For child processes: their PATH begins with the tools. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs a program and gives what it wrote to stdout. Rejects with what it said where it failed. */
  run(program: string, args: readonly string[], options?: ToolRun): Promise<Buffer>;
  /** Bytes through a program that reads stdin and writes stdout. */
  pipe(program: string, args: readonly string[], input: Uint8Array): Promise<Buffer>;
  skopeo(...args: readonly string[]): Promise<Buffer>;
  umoci(...args: readonly string[]): Promise<Buffer>;
  crane(...args: readonly string[]): Promise<Buffer>;
}

export interface ToolRun {
  readonly cwd?: string;
  readonly input?: Uint8Array;
  readonly variables?: Readonly<Record<string, string>>;
}

/** skopeo, umoci, crane and the compressors of `scripts/parts/image-tools`, and whatever else is on the PATH (tar, git, dpkg-deb). */
export async function openImageTools(base: NodeJS.ProcessEnv = process.env): Promise<ImageTools> {
  const folder = await part("image-tools");
  const env: NodeJS.ProcessEnv = { ...base, PATH: `${folder}${delimiter}${base["PATH"] ?? ""}` };
  const run = (program: string, args: readonly string[], { cwd, input, variables }: ToolRun = {}): Promise<Buffer> =>
    new Promise((done, fail) => {
      const options = { cwd, env: { ...env, ...variables }, encoding: "buffer" as const, maxBuffer: 1 << 29 };
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        if (error) fail(new Error(`${program} ${args[0] ?? ""}: ${stderr.toString().trim() || error.message}`));
        else done(stdout);
      });
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(input);
    });
  return {
    env,
    run,
    pipe: (program, args, input) => run(program, args, { input }),
    // Signatures are not what is tried here, and this user's settings are not either.
    skopeo: (...args) => run("skopeo", ["--insecure-policy", ...args]),
    umoci: (...args) => run("umoci", args),
    crane: (...args) => run("crane", args),
  };
}
