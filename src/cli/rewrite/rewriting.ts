import { readPolicy } from "../../config/read-config.ts";
import { SealError } from "../../error.ts";
import { readSourceFile } from "../../system/source-file.ts";
import { exists, readText } from "../../system/text-file.ts";
import { namedRecipes } from "../grant-requests.ts";
import type { Machine } from "../machine.ts";
import { createWarn } from "../warn-once.ts";
import type { RewriteCommand } from "./arguments.ts";
import type { Subject } from "./find-subjects.ts";
import { grantFile, type Source } from "./grant-file.ts";
import type { Granting } from "./insert-grants.ts";
import type { Outcome } from "./outcome.ts";
import { createRules, type Rules } from "./rules.ts";

/** What all files of one run share. */
export type Rewriting = {
  readonly rulesOf: (folder: string) => Promise<Rules>;
  readonly rewrite: (subject: Subject, rules: Rules) => Promise<Outcome>;
};

/** @throws SealError ARGUMENT, CONFIG */
export async function openRewriting(command: RewriteCommand, machine: Machine): Promise<Rewriting> {
  const { environment } = machine;
  const policy = await readPolicy(environment["BUILDSEAL_POLICY"], readText);
  // loaded only where it is asked for
  const migrate =
    command.migrate === undefined
      ? undefined
      : (await import("./migrate-file.ts")).openMigration({ ...command, migrate: command.migrate });
  const rulesOf = createRules({
    named: command.config ?? (environment["BUILDSEAL_CONFIG"] || undefined),
    recipes: namedRecipes({ flag: "--with", names: command.with, variable: environment["BUILDSEAL_WITH"] }),
    readText,
    exists,
    warn: createWarn(machine),
  });
  return {
    rulesOf,
    rewrite: async (subject, rules) => {
      const { name, path } = subject;
      const source: Source = { name, path, engine: command.engine, bytes: bytesOf(subject) };
      const granting: Granting = { rules, policy, host: (variable) => environment[variable] };
      if (migrate !== undefined) return migrate(subject, source, granting);
      const outcome = grantFile(source, granting);
      return command.render === undefined ? outcome : rendered(outcome, granting, command.render, machine);
    },
  };
}

function bytesOf({ name, path, named, bytes }: Subject): Uint8Array {
  if (bytes !== undefined) return bytes;
  const read = readSourceFile(path!, named);
  if (!("why" in read)) return read;
  throw new SealError("DOCKERFILE", `${name} cannot be read: ${read.why}`, "See that it is there and may be read");
}

async function rendered(outcome: Outcome, granting: Granting, render: string, machine: Machine): Promise<Outcome> {
  const { proveRendered } = await import("./prove-rendered.ts");
  const { steps, mounted } = await proveRendered(outcome, granting, render, machine);
  const proof = `rendered: ${mounted} of ${steps} steps have the mounts, and nothing else differs`;
  const summary = `${outcome.summary}; ${proof}`;
  if (outcome.edits.length === 0 || mounted > 0) return { ...outcome, summary };
  const notice = `${outcome.name}: the --render command leaves out every step that gets a mount, so they are not proven`;
  return { ...outcome, summary, notices: [...outcome.notices, notice] };
}
