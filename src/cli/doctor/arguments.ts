import { type Options, printOptions, readOptions } from "../option.ts";

export const options = {
  with: { value: "RECIPE,…", says: "Check what these recipes need, too (else BUILDSEAL_WITH)" },
  "dry-run": { says: "Only look: no source is asked for a secret, nothing is written to a bucket" },
  format: { value: "F", choices: ["text", "json"], says: "text or json" },
  "fail-on": {
    value: "SEVERITY",
    choices: ["error", "warning", "never"],
    says: "The least severity that makes the exit status 1 (error); never: none does",
  },
  config: { value: "FILE", says: "Use this configuration instead of the nearest buildseal.yaml" },
  builder: { value: "NAME", says: "Check this builder (else BUILDX_BUILDER, else the current one)" },
  allow: { value: "exec", choices: ["exec"], says: "Let the checkout's configuration run commands" },
} satisfies Options;

/** `buildseal doctor` as it was asked for. */
export type DoctorCommand = {
  readonly help: boolean;
  readonly words: readonly string[];
  readonly recipes: readonly string[];
  readonly dryRun: boolean;
  readonly format: "text" | "json";
  readonly failOn: "error" | "warning" | "never";
  readonly config: string | undefined;
  readonly builder: string | undefined;
  readonly allowExec: boolean;
};

export function doctorHelp(): string {
  return `Usage:  buildseal doctor [OPTIONS]

Looks at all that a build here needs, before a build needs it: who the job is, whether each secret
can be had (it is asked for, and revoked again), the bucket (a small object is written, read and
deleted), the clock, Docker and its builder, and the rules that hold.

${printOptions(options)}

Exit status: 0 nothing at or above --fail-on, 1 something, 2 not all could be looked at.
`;
}

/** @throws SealError ARGUMENT */
export function parseDoctorCommand(words: readonly string[]): DoctorCommand {
  const given = readOptions("doctor", options, words);
  return {
    help: given.has("help"),
    words: given.words,
    recipes: [...new Set((given.value("with") ?? "").split(",").map((name) => name.trim()))].filter(
      (name) => name !== "",
    ),
    dryRun: given.has("dry-run"),
    format: given.value("format") === "json" ? "json" : "text",
    failOn: (given.value("fail-on") ?? "error") as DoctorCommand["failOn"],
    config: given.value("config"),
    builder: given.value("builder"),
    allowExec: given.has("allow"),
  };
}
