import type { Mount } from "../../dockerfile/mount.ts";
import { invocationOf } from "../../dockerfile/shell/program.ts";
import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import { holdsControl } from "../../dockerfile/template/spans-at.ts";
import { readers } from "../consumer.ts";
import { mountName } from "../mount-name.ts";
import type { LintedStep, LintRule } from "../rule.ts";

export const unusedSecretMount: LintRule = {
  id: "unused-secret-mount",
  severity: "warning",
  title: "A step mounts a secret that none of its commands uses",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A secret mount whose file, id and variable the step's commands do not name, where all of these commands are known to read no such thing by themselves (`apt-get`, `mkdir`, `curl` without `--netrc` …). A step that runs a program which might look for it (a script, npm, make) is passed over.",
    why: "Whatever runs in the step can read the secret: package scripts, for one. What does not need it should not have it, and a mount that is not used hides which step does.",
    example:
      "FROM debian:12\nRUN --mount=type=secret,id=token,required=true apt-get update && apt-get install -y --no-install-recommends curl",
    instead:
      'FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl\nRUN --mount=type=secret,id=token,required=true curl -H "Authorization: Bearer $(cat /run/secrets/token)" https://example.com/app',
  },
  *check({ steps, dockerfile }) {
    for (const linted of steps) {
      if (linted.secrets.length === 0 || linted.step.instruction.ending === "unknown") continue;
      const { instruction } = linted.step;
      if (holdsControl(dockerfile, instruction.start, instruction.end)) continue;
      for (const mount of linted.secrets.slice(0, MOST)) {
        if (mount.problem !== undefined || mount.unresolved.length > 0 || !isUnused(linted, mount)) continue;
        const what = mount.env ? `the variable ${mount.env}` : `the file ${mount.target}`;
        yield {
          start: mount.flag.start,
          end: mount.flag.end,
          message: `No command of the step uses the secret ${mountName(mount)} (${what})`,
          remedy: "Take the mount out, or move it to the step that needs it.",
          key: `${linted.step.stage.name ?? linted.step.stage.index} ${mountName(mount)}`,
        };
      }
    }
  },
};

// each looks through the step's text; nobody writes so many
const MOST = 64;

function isUnused({ step, script }: LintedStep, mount: Mount): boolean {
  const { body } = step;
  const named = [mount.env, mount.id, mount.target?.replace(/^.*\//, "")];
  if (named.some((name) => name !== undefined && name !== "" && body.includes(name))) return false;
  if (mount.target !== undefined && namesFolder(body, mount.target)) return false;
  return script.commands.length > 0 && script.commands.every((command) => ignores(command, mount));
}

/** A folder of it, or all of them, is named. */
function namesFolder(body: string, target: string): boolean {
  const folder = target.slice(0, target.lastIndexOf("/"));
  return folder.length > 1 && body.includes(folder);
}

/** Whether it is sure that a command does not look for a mount by itself. */
function ignores(command: ShellCommand, { target, env }: Mount): boolean {
  if (command.words.length === 0) return true;
  const invocation = invocationOf(command);
  if (invocation === undefined || command.words[0]!.raw.includes("/")) return false;
  const reader = readers.get(invocation.program);
  if (reader === undefined || command.words.some(({ template }) => template)) return false;
  // listing the whole environment uses all of it
  if (invocation.words.length === 1 && /^(?:set|export)$/.test(invocation.program)) return false;
  if (env !== undefined && env !== "" && reader.variables.test(env)) return false;
  return target === undefined || !reader.files.test(target);
}
