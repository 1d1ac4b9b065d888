import type { Mount } from "../../dockerfile/mount.ts";
import { holdsControl } from "../../dockerfile/template/spans-at.ts";
import { mountName } from "../mount-name.ts";
import { appendField } from "../mount-text.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { stageKey } from "../written-command.ts";

export const requireSecretRequired: LintRule = {
  id: "require-secret-required",
  severity: "warning",
  title: "A secret mount is not required",
  fix: "safe",
  subject: "dockerfile",
  docs: {
    what: "A `--mount=type=secret` without `required`. Where the step itself asks whether the secret is there (`[ -f /run/secrets/x ]`), it is told as information only; write `required=false` where that is what is meant.",
    why: "BuildKit's default is `required=false`: a secret that the build was not given is silently not mounted, and a variable of it is silently empty. The step then runs without it: it fails far away from the cause, or succeeds with something else (the public registry, an uncached build).",
    example: "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci",
    instead: "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci",
  },
  *check(subject) {
    for (const step of subject.steps) {
      for (const mount of step.secrets) {
        const problem = judge(subject, step, mount);
        if (problem !== undefined) yield problem;
      }
    }
  },
};

function judge({ dockerfile }: DockerfileSubject, { step, secrets }: LintedStep, mount: Mount): Problem | undefined {
  const { flag } = mount;
  if (mount.required || mount.problem !== undefined) return undefined;
  if (mount.unresolved.includes("required") || mount.unresolved.includes("type")) return undefined;
  // required=false: somebody thought of it
  if (/(?:^|,)"?required=/i.test(flag.value ?? "")) return undefined;
  if (holdsControl(dockerfile, flag.start, flag.end)) return undefined;
  const name = mountName(mount);
  const about = { start: flag.start, end: flag.end, key: `${stageKey(step.stage)} ${name}` };
  if (asksFor(step.body, mount, secrets)) {
    return {
      ...about,
      severity: "info",
      message: `The secret ${name} is not required, and the step asks whether it is there`,
      remedy: "Write required=false, so that who reads it knows that it is meant; or required=true, if it is not.",
    };
  }
  const edit = appendField(dockerfile, step.instruction, flag, "required=true");
  return {
    ...about,
    message: `The secret ${name} is not required: a build that is not given it runs the step without it, and says nothing`,
    remedy: "Add required=true to the mount.",
    ...(edit === undefined
      ? {}
      : { fix: { safe: true, what: `Add required=true to the mount ${name}`, edits: [edit] } }),
  };
}

const MOST_SECRETS = 32;

/** Whether the step tests for the file or the variable, and so can do without. */
function asksFor(body: string, { target, env, id }: Mount, secrets: readonly Mount[]): boolean {
  // each mount looks through the whole step
  if (secrets.length > MOST_SECRETS || !/\[|\btest\b|\$\{/.test(body)) return false;
  const places = [
    target,
    secrets.length === 1 ? "/run/secrets" : undefined,
    id === undefined ? undefined : `/run/secrets/${id}`,
  ];
  const files = places.filter((place) => place !== undefined && place !== "").map((place) => quoted(place!));
  const inTest = files.some((file) =>
    new RegExp(`(?:\\[\\[?|\\btest)[ \\t]+(?:![ \\t]+)?-[a-z][ \\t]+["']?${file}`).test(body),
  );
  if (inTest || env === undefined) return inTest;
  const variable = quoted(env);
  return new RegExp(
    `\\$\\{${variable}(?::?[-+]|:\\?)|(?:\\[\\[?|\\btest)[ \\t]+(?:![ \\t]+)?(?:-[nzv][ \\t]+)?["']?(?:\\$\\{?)?${variable}\\b`,
  ).test(body);
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
