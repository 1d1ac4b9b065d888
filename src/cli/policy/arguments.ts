import { SealError } from "../../error.ts";
import { type Options, printOptions, readOptions } from "../option.ts";

export const options = {
  with: { value: "RECIPE,…", says: "Grant these recipes, too, as --seal-with does (else BUILDSEAL_WITH)" },
  format: { value: "F", choices: ["text", "json"], says: "text or json" },
  config: { value: "FILE", says: "Use this configuration instead of the nearest buildseal.yaml" },
  allow: { value: "exec", choices: ["exec"], says: "As if --seal-allow exec were given" },
} satisfies Options;

/** `buildseal policy check` as it was asked for. */
export type PolicyCommand = {
  readonly help: boolean;
  readonly paths: readonly string[];
  readonly recipes: readonly string[];
  readonly format: "text" | "json";
  readonly config: string | undefined;
  readonly allowExec: boolean;
};

export function policyHelp(): string {
  return `Usage:  buildseal policy check [OPTIONS] [FOLDER | FILE]…

Shows what a checkout asks for (the identities, sources, commands, hosts, grants and gate of each
buildseal.yaml and Dockerfile) and whether the policy allows it, line by line. No source is asked.
Without a name, the folder you are in.

${printOptions(options)}

The policy is the file that BUILDSEAL_POLICY names, and /etc/buildseal/policy.yaml; both hold.
Exit status: 0 all of it is allowed, 1 something is not, 2 not all could be looked at.
`;
}

/** @throws SealError ARGUMENT */
export function parsePolicyCommand(words: readonly string[]): PolicyCommand {
  const given = readOptions("policy", options, words);
  const [verb, ...paths] = given.words;
  if (verb !== "check" && !given.has("help")) {
    const message = verb === undefined ? "policy has to be told what to do" : `policy cannot '${verb}'`;
    throw new SealError("ARGUMENT", message, "Write 'buildseal policy check [FOLDER]'");
  }
  return {
    help: given.has("help"),
    paths: paths.length === 0 ? ["."] : paths,
    recipes: [...new Set((given.value("with") ?? "").split(",").map((name) => name.trim()))].filter(
      (name) => name !== "",
    ),
    format: given.value("format") === "json" ? "json" : "text",
    config: given.value("config"),
    allowExec: given.has("allow"),
  };
}
