import type { Script } from "../dockerfile/shell/script.ts";
import { credentialName } from "../migrate/secret-name.ts";
import { isPublicImage } from "./base-image.ts";
import { credentialUses } from "./credential-position.ts";
import { isGranted } from "./granted.ts";
import type { DockerfileSubject, LintedStep, Problem } from "./rule.ts";

/** A variable that is used as a credential, and that neither the file nor the step sets: it is empty. */
export function* unsetCredentials(linted: LintedStep, subject: DockerfileSubject): Iterable<Problem> {
  const { step, mounts, place } = linted;
  if (step.instruction.ending === "unknown" || subject.dockerfile.template !== undefined) return;
  const named = credentialsNamed(step.body);
  if (named.size === 0 || !isPublicImage(step.stage, subject)) return;
  const { script } = linted;
  const settings = subject.settings(step);
  const seen = new Set<string>();
  for (const { name, how, word } of credentialUses(script)) {
    if (seen.has(name) || !named.has(name)) continue;
    seen.add(name);
    if (settings.sets(name) || mounts.some(({ env }) => env === name) || isGranted(linted, subject)) continue;
    if (isArgument(name, subject) || isSetOrAsked(script, name, step.body)) continue;
    yield {
      ...place(word.start, word.end),
      message: `The step uses ${name} as a credential (${how}), and neither the file nor a mount gives it: it is empty`,
      remedy: `Write RUN --mount=type=secret,id=${name.toLowerCase().replace(/_+/g, "-")},env=${name},required=true at this step.`,
      key: `${step.stage.name ?? step.stage.index} ${name}`,
    };
  }
}

/** A look at the text, before the script is read: the variables in it that are named as credentials. */
function credentialsNamed(body: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, name] of body.matchAll(/\$\{?([A-Za-z_]\w*)/g)) names.add(name!);
  return new Set([...names].filter((name) => credentialName(name)?.grade === "certain"));
}

/** An ARG without a default is given its value by the build; in whichever stage it stands, it was meant. */
function isArgument(name: string, { dockerfile }: DockerfileSubject): boolean {
  return dockerfile.instructions.some(
    ({ known, args }) => known === "ARG" && args.some((arg) => arg === name || arg.startsWith(`${name}=`)),
  );
}

function isSetOrAsked({ commands }: Script, name: string, body: string): boolean {
  if (new RegExp(`\\$\\{${name}:?[-?=+]`).test(body)) return true;
  return commands.some((command) => {
    const first = command.words[0]?.value ?? "";
    if (/^(?:source|\.|eval|test|\[|\[\[)$/.test(first)) return true;
    if (command.assignments.some((one) => one.name === name)) return true;
    if (!/^(?:export|declare|local|readonly|typeset|read|printf|mapfile|getopts)$/.test(first)) return false;
    return command.words.some(({ raw }) => raw === name || raw.startsWith(`${name}=`));
  });
}
