import { explain } from "./entry/explain.ts";
import { lint } from "./entry/lint.ts";
import { rewrite } from "./entry/rewrite.ts";
import { scanImage } from "./entry/scan-image.ts";
import { type Commands, runCommand as runOneOf } from "./run-command.ts";

const commands: Commands = {
  build: {
    usage: "build [--seal-… flags] [any docker buildx build flag] PATH | URL | -",
    says: "docker buildx build with short-lived secrets on the steps that need them",
    load: async () => (await import("./build.ts")).build,
  },
  rewrite,
  lint,
  "scan-image": scanImage,
  explain,
};

/** Runs the command that the words name. */
export function runCommand(argv: readonly string[]): Promise<void> {
  return runOneOf(argv, commands);
}
