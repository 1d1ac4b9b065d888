import { programOf } from "../../dockerfile/shell/program.ts";
import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import { nameSecrets, secretsKey } from "../reported-place.ts";
import type { LintRule } from "../rule.ts";
import { type AtHand, secretsAtHand } from "../secret-at-hand.ts";
import { secretFlow } from "../secret-flow.ts";
import { filterOf } from "../variable-filter.ts";

export const secretPrinted: LintRule = {
  id: "secret-printed",
  severity: "error",
  title: "A step prints a mounted secret to the build's log",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A command whose output holds a mounted secret and goes nowhere but to the log: `echo`, `printf`, `cat` or `tee` of it, also after `base64` or `sed`; `env`, `printenv`, `export -p`, `set` or `declare -p` where the secret is a variable; `curl -v` with the secret in a header.",
    why: "The output of a step is shown, stored in the build's record and in CI's log, without a mask: BuildKit does not know which text is secret. Whoever may read the log has the secret.",
    example: "FROM alpine:3.22\nRUN --mount=type=secret,id=token,env=TOKEN,required=true env | sort && make",
    instead: 'FROM alpine:3.22\nRUN --mount=type=secret,id=token,env=TOKEN,required=true test -n "$TOKEN" && make',
  },
  *check(subject) {
    for (const linted of subject.steps) {
      if (linted.secrets.length === 0) continue;
      const atHand = secretsAtHand(linted, subject);
      const { script, place } = linted;
      const flow = secretFlow(script, atHand);
      let looks = 0;
      for (const [index, command] of script.commands.entries()) {
        const verbose = speaksHeaders(command);
        if (!verbose && !teesToLog(command) && (isTaken(command) || command.within === "substitution")) continue;
        const names = verbose ? flow[index]!.words : flow[index]!.output;
        if (names.size === 0 || ++looks > MOST_LOOKS) continue;
        const left = filterOf(script, index, names, atHand);
        if (left.size === 0) continue;
        yield {
          ...place(command.start, command.end),
          ...(verbose ? { severity: "warning" as const } : {}),
          message: verbose
            ? `curl's verbose output shows the headers with ${nameSecrets(left)} in the build's log`
            : `${programOf(command) ?? "The command"} prints ${nameSecrets(left)} to the build's log`,
          remedy: verbose
            ? "Leave -v out."
            : `Take it out, or look at the secret without showing it: ${check(left, atHand)}.`,
          key: secretsKey(linted, left),
        };
      }
    }
  },
};

// each look goes through the step's commands: more of them in one step tell nothing new
const MOST_LOOKS = 50;

/** Its output goes elsewhere than to the log. */
function isTaken({ pipeTo, redirectedBy, redirects }: ShellCommand): boolean {
  return (
    pipeTo !== undefined ||
    redirectedBy !== undefined ||
    redirects.some(
      ({ operator, fd, target }) =>
        (fd === undefined || fd === 1) &&
        /^(?:&?>>?|>\||>&)$/.test(operator) &&
        !/^(?:\d+|\/dev\/(?:std(?:out|err)|tty|fd\/\d+))$/.test(target.raw),
    )
  );
}

/** `tee /dev/stderr`: a second output beside the one that is taken. */
function teesToLog(command: ShellCommand): boolean {
  if (programOf(command) !== "tee") return false;
  return command.words.some(({ value }) => /^\/dev\/(?:stderr|tty|fd\/2)$/.test(value ?? ""));
}

function speaksHeaders(command: ShellCommand): boolean {
  if (programOf(command) !== "curl") return false;
  return command.words.some(({ value }) => /^(?:-[a-zA-Z]*v[a-zA-Z]*|--verbose|--trace(?:-ascii)?)$/.test(value ?? ""));
}

function check(names: ReadonlySet<string>, { variables, files }: AtHand): string {
  const ofStep = (held: ReadonlyMap<string, string>) => [...held].find(([, name]) => names.has(name))?.[0];
  const variable = ofStep(variables);
  return variable === undefined ? `test -s ${ofStep(files) ?? "/run/secrets/NAME"}` : `test -n "$${variable}"`;
}
