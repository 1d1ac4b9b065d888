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
  run: {
    usage: "run [--seal-… flags] [any docker run flag] IMAGE [COMMAND…]",
    says: "docker run with short-lived secrets in the container, as files that stay fresh",
    load: async () => (await import("./run.ts")).run,
  },
  rewrite,
  lint,
  "scan-image": scanImage,
  doctor: {
    usage: "doctor [--with RECIPE,…] [--dry-run]",
    says: "checks identity, secrets, bucket and builder before a build needs them",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  policy: {
    usage: "policy check [FOLDER]",
    says: "shows what a checkout asks for against what the policy allows",
    load: async () => (await import("./policy.ts")).policy,
  },
  explain,
};

/** Runs the command that the words name. */
export function runCommand(argv: readonly string[]): Promise<void> {
  return runOneOf(argv, commands);
}
