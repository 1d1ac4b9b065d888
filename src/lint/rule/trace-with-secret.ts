import { nameSecrets, secretsKey } from "../reported-place.ts";
import type { LintedStep, LintRule, Problem } from "../rule.ts";
import { type AtHand, secretsAtHand } from "../secret-at-hand.ts";
import { secretFlow } from "../secret-flow.ts";
import { type Tracing, tracedFile, tracingOf } from "../trace.ts";

export const traceWithSecret: LintRule = {
  id: "trace-with-secret",
  severity: "warning",
  title: "The shell prints its commands while a secret is at hand",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "`set -x`, `sh -ex`, `bash -x`, also of a script's file, or a SHELL with `-x` in a step that mounts a secret. It is an error where a traced command has the secret's value in its words, and information where the secret is a file that no traced command is seen to read. Where the step's uses of the secret are seen, and none of them is traced, it is silent.",
    why: "With `-x` the shell writes every command to the build's log after it has put the variables' values in. The log of a build is kept by the builder and by CI, and is read by many.",
    example:
      'FROM alpine:3.22\nRUN --mount=type=secret,id=token,required=true set -ex; curl -H "Authorization: Bearer $(cat /run/secrets/token)" https://example.com/app',
    instead:
      'FROM alpine:3.22\nRUN --mount=type=secret,id=token,required=true set -e; curl -H "Authorization: Bearer $(cat /run/secrets/token)" https://example.com/app',
  },
  *check(subject) {
    for (const linted of subject.steps) {
      if (linted.secrets.length === 0) continue;
      const tracing = tracingOf(linted.script);
      const file = linted.script.commands.findIndex((command) => tracedFile(command) !== undefined);
      const isTraced = tracing.some((place) => place !== undefined);
      if (!isTraced && file < 0) continue;
      const atHand = secretsAtHand(linted, subject);
      const problem =
        (isTraced ? (toldTraced(linted, tracing, atHand) ?? onlyAtHand(linted, tracing, atHand)) : undefined) ??
        (file < 0 ? undefined : fileTraced(linted, file, atHand));
      if (problem !== undefined) yield problem;
    }
  },
};

const remedy =
  "Leave -x out of this step, or write { set +x; } 2>/dev/null before the first command that has the value.";

function toldTraced(linted: LintedStep, tracing: Tracing, atHand: AtHand): Problem | undefined {
  const { script, place } = linted;
  const flow = secretFlow(script, atHand);
  const index = tracing.findIndex((traced, at) => traced !== undefined && flow[at]!.told.size > 0);
  if (index < 0) return undefined;
  const { told } = flow[index]!;
  const command = script.commands[index]!;
  return {
    ...place(command.start, command.end),
    severity: "error",
    message: `${how(tracing[index]!)} prints this command with the value of ${nameSecrets(told)} to the build's log`,
    remedy,
    key: secretsKey(linted, told),
  };
}

function onlyAtHand(linted: LintedStep, tracing: Tracing, atHand: AtHand): Problem | undefined {
  const { files, variables } = atHand;
  const names = [...variables.values(), ...files.values()];
  if (names.length === 0 || isUsedUntraced(linted, tracing, atHand)) return undefined;
  const { script, step, place } = linted;
  const traced = tracing.find((one) => one !== undefined)!;
  const command = traced === "shell" ? undefined : script.commands[traced];
  const where =
    command === undefined
      ? { start: step.run.keywordStart, end: step.run.keywordEnd }
      : place(command.start, command.end);
  return {
    ...where,
    severity: variables.size > 0 ? "warning" : "info",
    message: `${how(traced)} is on in a step that has ${nameSecrets(names)}: whatever command gets the value prints it to the build's log`,
    remedy,
    key: secretsKey(linted, names),
  };
}

/** The secrets' uses are seen, and the shell traces none of them: `set +x` stands before, or `set -x` behind. */
function isUsedUntraced({ script }: LintedStep, tracing: Tracing, atHand: AtHand): boolean {
  const uses = secretFlow(script, atHand).flatMap(({ told, reads, fed }, index) =>
    told.size + reads.size + fed.size > 0 ? [index] : [],
  );
  return uses.length > 0 && uses.every((index) => tracing[index] === undefined);
}

/** `sh -x ./build.sh`: what stands in the file is not seen. */
function fileTraced(linted: LintedStep, index: number, { files, variables }: AtHand): Problem | undefined {
  const names = [...variables.values(), ...files.values()];
  if (names.length === 0) return undefined;
  const command = linted.script.commands[index]!;
  return {
    ...linted.place(command.start, command.end),
    severity: variables.size > 0 ? "warning" : "info",
    message: `The shell's -x prints the commands of ${tracedFile(command)!.replace(/^.*\//, "")} in a step that has ${nameSecrets(names)}: whatever command gets the value prints it to the build's log`,
    remedy: "Leave -x out of this step.",
    key: secretsKey(linted, names),
  };
}

function how(traced: number | "shell" | undefined): string {
  return traced === "shell" ? "The shell's -x" : "set -x";
}
