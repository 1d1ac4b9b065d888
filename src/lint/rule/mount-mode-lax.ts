import type { Mount } from "../../dockerfile/mount.ts";
import type { Severity } from "../../finding/finding.ts";
import { mountName } from "../mount-name.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { stageKey } from "../written-command.ts";

export const mountModeLax: LintRule = {
  id: "mount-mode-lax",
  severity: "warning",
  title: "A secret mount lets more users read it than need be",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A secret or ssh mount whose `mode=` lets all users read it, or anybody but its owner write it. A user by name needs `mode=0444`, for BuildKit takes no names in `uid=`: that is left alone, and what the base image says of its user is not seen, so without any `USER` it is information only.",
    why: "Every process of the step can read the file, also one that gave up its rights on purpose: a compiler's plugin, an install script of a dependency under another user, a daemon.",
    example:
      "FROM node:22\nUSER root\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true,mode=0644 npm ci",
    instead: "FROM node:22\nUSER root\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci",
  },
  *check(subject) {
    for (const step of subject.steps) {
      for (const mount of step.mounts) {
        if (mount.mode === undefined || (mount.type !== "secret" && mount.type !== "ssh")) continue;
        const problem = judge(subject, step, mount, mount.mode);
        if (problem !== undefined) yield problem;
      }
    }
  },
};

function judge({ settings }: DockerfileSubject, { step }: LintedStep, mount: Mount, mode: number): Problem | undefined {
  if (mount.problem !== undefined || (mode & 0o026) === 0) return undefined;
  const { user } = settings(step);
  const isNamed = user.known && !user.value.root && user.value.uid === undefined;
  const writes = (mode & 0o022) !== 0;
  const isSocket = mount.type === "ssh";
  if (isNamed && (!writes || isSocket)) return undefined;
  const severity: Severity = user.known || (writes && !isSocket) ? "warning" : "info";
  const name = mountName(mount);
  const uid = user.known ? user.value.uid : undefined;
  const whom =
    uid === undefined || uid === 0 ? "take mode= out: the default is 0400" : `write uid=${uid} in place of mode=`;
  return {
    start: mount.flag.start,
    end: mount.flag.end,
    severity,
    message: `With mode=${mode.toString(8).padStart(4, "0")} ${writes ? "others than its owner can write" : "every user of the step can read"} the mount ${name}`,
    remedy: isNamed
      ? "Write mode=0444: nobody has to write a secret."
      : user.known
        ? `Keep it to the step's user: ${whom}.`
        : "Keep it to the step's user: if it is root, take mode= out (the default is 0400), else write uid= with its number.",
    key: `${stageKey(step.stage)} ${name}`,
  };
}
