import { posix } from "node:path";
import type { Mount } from "../../dockerfile/mount.ts";
import { holdsControl } from "../../dockerfile/template/spans-at.ts";
import type { Severity } from "../../finding/finding.ts";
import { mountName } from "../mount-name.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { stageKey } from "../written-command.ts";

export const mountDuplicate: LintRule = {
  id: "mount-duplicate",
  severity: "warning",
  title: "Two mounts of a step collide",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "Two mounts of one step at the same place, two secrets as one variable, one secret as two variables or at two places, or the same mount twice. A secret that comes both as a file and as a variable is left alone.",
    why: "Of two mounts at one place the step sees one, and which one is not said anywhere. A secret under two names is twice as easily printed, and a later migration that knows one of them leaves the other behind.",
    example:
      "FROM rust:1\nRUN --mount=type=secret,id=cache-key,env=SCCACHE_KEY --mount=type=secret,id=cache-key,env=AWS_SECRET_ACCESS_KEY \\\n    cargo build",
    instead:
      "FROM rust:1\nRUN --mount=type=secret,id=cache-key,env=AWS_SECRET_ACCESS_KEY,required=true \\\n    cargo build",
  },
  *check(subject) {
    for (const step of subject.steps) if (step.mounts.length > 1) yield* collisions(subject, step);
  },
};

function* collisions({ dockerfile, settings }: DockerfileSubject, { step, mounts }: LintedStep): Iterable<Problem> {
  const known = mounts.filter(({ problem, unresolved }) => problem === undefined && unresolved.length === 0);
  const flags = mounts.map(({ flag }) => flag);
  // of two branches of a template's condition only one is there
  if (holdsControl(dockerfile, flags[0]!.start, flags.at(-1)!.end)) return;
  const directory = () => {
    const { directory } = settings(step);
    return directory.known ? directory.value : undefined;
  };
  const byTarget = new Map<string, Mount>();
  const byVariable = new Map<string, Mount>();
  const bySecret = new Map<string, Mount[]>();
  for (const mount of known) {
    const place = placeOf(mount, directory);
    const there = place === undefined ? undefined : byTarget.get(place);
    const variable = mount.type === "secret" ? mount.env : undefined;
    const holder = variable === undefined ? undefined : byVariable.get(variable);
    const found =
      (there && atOnePlace(there, mount, place!)) ??
      (holder && asOneVariable(holder, mount, variable!)) ??
      (mount.type === "secret" ? twice(bySecret.get(mount.id ?? "") ?? [], mount) : undefined);
    if (found !== undefined) {
      const { flag } = mount;
      yield { start: flag.start, end: flag.end, key: `${stageKey(step.stage)} ${found.key}`, ...found.problem };
    }
    if (place !== undefined && there === undefined) byTarget.set(place, mount);
    if (variable !== undefined && holder === undefined) byVariable.set(variable, mount);
    if (mount.type !== "secret") continue;
    const same = bySecret.get(mount.id ?? "") ?? [];
    // two say all: one as a variable, one as a file
    if (same.length < 2) bySecret.set(mount.id ?? "", [...same, mount]);
  }
}

type Collision = {
  readonly key: string;
  readonly problem: { readonly message: string; readonly remedy: string; readonly severity?: Severity };
};

function placeOf({ target, type }: Mount, directory: () => string | undefined): string | undefined {
  if (target === undefined || type === "ssh") return undefined;
  if (target.startsWith("/")) return cleaned(target);
  const from = directory();
  return from === undefined ? undefined : cleaned(posix.join(from, target));
}

function cleaned(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, "");
}

function atOnePlace(there: Mount, mount: Mount, place: string): Collision {
  const key = `at ${place}`;
  if (there.type !== "secret" || mount.type !== "secret") {
    return {
      key,
      problem: {
        message: `A ${there.type} and a ${mount.type} mount lie both at ${place}: the step sees one of them`,
        remedy: "Give one of the two another target, or take it out.",
      },
    };
  }
  if (there.id === mount.id) {
    return {
      key,
      problem: {
        message: `The secret ${mountName(mount)} is mounted twice at ${place}`,
        remedy: "Take one of the two mounts out.",
      },
    };
  }
  return {
    key,
    problem: {
      severity: "error",
      message: `The secrets ${mountName(there)} and ${mountName(mount)} lie both at ${place}: the step sees one of them`,
      remedy: "Give one of the two another target.",
    },
  };
}

function asOneVariable(there: Mount, mount: Mount, variable: string): Collision {
  const isSame = there.id === mount.id;
  return {
    key: `as ${variable}`,
    problem: {
      ...(isSame ? {} : { severity: "error" as const }),
      message: isSame
        ? `The secret ${mountName(mount)} is mounted twice as ${variable}`
        : `The secrets ${mountName(there)} and ${mountName(mount)} are both mounted as ${variable}: the step sees one of them`,
      remedy: isSame ? "Take one of the two mounts out." : "Give one of the two another variable.",
    },
  };
}

/** One secret as two variables, or at two places. */
function twice(others: readonly Mount[], mount: Mount): Collision | undefined {
  const variable = others.find(({ env }) => env !== undefined && mount.env !== undefined)?.env;
  const id = mountName(mount);
  if (variable !== undefined) {
    return {
      key: id,
      problem: {
        message: `The secret ${id} is mounted as two variables, ${variable} and ${mount.env}`,
        remedy: "Mount it as the one that the step reads; if it reads both, set the other in the step's own text.",
      },
    };
  }
  const target = others.find((other) => other.target !== undefined && mount.target !== undefined)?.target;
  if (target === undefined) return undefined;
  return {
    key: id,
    problem: {
      severity: "info",
      message: `The secret ${id} is mounted at two places, ${target} and ${mount.target}`,
      remedy: "Mount it where the step reads it; if it reads both, a link to the one place is enough.",
    },
  };
}
