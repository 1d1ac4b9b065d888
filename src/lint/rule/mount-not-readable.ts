import type { Mount } from "../../dockerfile/mount.ts";
import type { User } from "../../dockerfile/settings.ts";
import { mountName } from "../mount-name.ts";
import { appendField } from "../mount-text.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { stageKey } from "../written-command.ts";

export const mountNotReadable: LintRule = {
  id: "mount-not-readable",
  severity: "error",
  title: "The step's user cannot read a secret that it mounts",
  fix: "unsafe",
  subject: "dockerfile",
  docs: {
    what: "A secret (or ssh) mount that is a file, in a step whose `USER` is not root, where `uid=`, `gid=` and `mode=` let this user not read it. A user by name is a warning only, for his number stands in the image. Steps that call `sudo` or `su` are left alone.",
    why: "BuildKit gives the file to uid 0, gid 0 with the mode 0400 (a socket: 0600). A step of another user gets “Permission denied”, or worse: a program that takes an unreadable file for none goes on without it.",
    example: "FROM node:22\nUSER 1000\nRUN --mount=type=secret,id=npmrc,target=/home/node/.npmrc,required=true npm ci",
    instead:
      "FROM node:22\nUSER 1000\nRUN --mount=type=secret,id=npmrc,target=/home/node/.npmrc,required=true,uid=1000 npm ci",
  },
  *check(subject) {
    for (const step of subject.steps) {
      if (step.mounts.length > 0 && CHANGES_USER.test(step.step.body)) continue;
      for (const mount of step.mounts) {
        if (mount.type !== "secret" && mount.type !== "ssh") continue;
        const problem = judge(subject, step, mount);
        if (problem !== undefined) yield problem;
      }
    }
  },
};

function judge({ dockerfile, settings }: DockerfileSubject, { step }: LintedStep, mount: Mount): Problem | undefined {
  const { flag, problem, unresolved } = mount;
  if (problem !== undefined || unresolved.some((key) => KEYS.has(key))) return undefined;
  // a variable alone is everybody's
  if (mount.type === "secret" && mount.env !== undefined && mount.target === undefined) return undefined;
  const { user } = settings(step);
  if (!user.known || user.value.root || user.value.uid === 0) return undefined;
  if (canRead(mount, user.value)) return undefined;
  const { uid, text } = user.value;
  const name = mountName(mount);
  const group = (modeOf(mount) & 0o060) === 0 ? "" : `gid ${mount.gid ?? 0}, `;
  const rights = `uid ${mount.uid ?? 0}, ${group}mode ${octal(modeOf(mount))}`;
  const about = { start: flag.start, end: flag.end, key: `${stageKey(step.stage)} ${name}` };
  if (uid === undefined) {
    return {
      ...about,
      severity: "warning",
      message: `The step's user ${text} can possibly not read the mount ${name} (${rights})`,
      remedy: `Add uid= with the number of ${text} (BuildKit takes no names there), or mode=0444 if it is not known.`,
    };
  }
  const helps = canRead({ ...mount, uid }, user.value);
  const edit =
    mount.uid === undefined && helps ? appendField(dockerfile, step.instruction, flag, `uid=${uid}`) : undefined;
  return {
    ...about,
    message: `The step's user ${uid} cannot read the mount ${name} (${rights})`,
    remedy: remedyFor(mount, uid, helps),
    ...(edit === undefined ? {} : { fix: { safe: false, what: `Add uid=${uid} to the mount ${name}`, edits: [edit] } }),
  };
}

/** An owner whom the mode lets not read it is not helped by being named. */
function remedyFor(mount: Mount, uid: number, helps: boolean): string {
  const mode = mount.type === "ssh" ? "0600" : "0400";
  if (!helps) return `Write uid=${uid},mode=${mode} in the mount.`;
  return mount.uid === undefined ? `Add uid=${uid} to the mount.` : `Write uid=${uid} in place of uid=${mount.uid}.`;
}

const CHANGES_USER = /\b(?:sudo|doas|su|gosu|su-exec|runuser)\b/;

const KEYS: ReadonlySet<string> = new Set(["type", "uid", "gid", "mode", "env", "target", "dst", "destination"]);

/** A socket must be written to as well. */
function modeOf({ mode, type }: Mount): number {
  return mode ?? (type === "ssh" ? 0o600 : 0o400);
}

/** true also where it cannot be told: by a user's name, or by groups that stand in the image. */
function canRead(mount: Mount, user: User): boolean {
  const mode = modeOf(mount);
  const wanted = mount.type === "ssh" ? 0o6 : 0o4;
  const allows = (shift: number) => ((mode >> shift) & wanted) === wanted;
  if (allows(0)) return true;
  // the groups of a user stand in the image; one that USER names is then the only one
  if (allows(3) && (user.gid === undefined || user.gid === (mount.gid ?? 0))) return true;
  if (!allows(6)) return false;
  if (user.uid === undefined) return mount.uid !== undefined && mount.uid !== 0;
  return (mount.uid ?? 0) === user.uid;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
