import type { Edit } from "../../dockerfile/insertion.ts";
import { type Mount, parseMount } from "../../dockerfile/mount.ts";
import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import { bytesOf, mountText } from "../mount-text.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { stageKey } from "../written-command.ts";

export const mountTypeFirst: LintRule = {
  id: "mount-type-first",
  severity: "error",
  title: "The type of a mount does not stand first",
  fix: "safe",
  subject: "dockerfile",
  docs: {
    what: "A `--mount=` whose `type=` comes after other keys. Where BuildKit refuses it for that, it is an error; where it passes, it is information only.",
    why: "BuildKit reads the keys in the order in which they stand, and a mount is a bind mount until it is told otherwise: `required,type=secret` fails with “unexpected key 'required' for mount type 'bind'”. Other orders pass, and fail as soon as somebody adds a key.",
    example: "FROM node:22\nRUN --mount=required=true,type=secret,id=npmrc,target=/root/.npmrc npm ci",
    instead: "FROM node:22\nRUN --mount=type=secret,required=true,id=npmrc,target=/root/.npmrc npm ci",
  },
  *check(subject) {
    for (const step of subject.steps) {
      for (const mount of step.mounts) {
        const problem = judge(subject, step, mount);
        if (problem !== undefined) yield problem;
      }
    }
  },
};

function judge({ dockerfile, settings }: DockerfileSubject, { step }: LintedStep, mount: Mount): Problem | undefined {
  const { flag } = mount;
  if (!/,"?type=/i.test(flag.value ?? "") || /^"?type=/i.test(flag.value ?? "")) return undefined;
  const written = mountText(dockerfile, step.instruction, flag);
  const at = written?.fields.findIndex(({ text }) => /^"?type=/i.test(text)) ?? -1;
  const field = written?.fields[at];
  if (written === undefined || field === undefined || at === 0) return undefined;
  const type = field.text.replace(/^"(.*)"$/s, "$1");
  // the comma before it goes with it
  const taken = bytesOf(written.characters.slice(field.from - 1, field.to));
  const isPlain =
    /^[A-Za-z]+=[A-Za-z]+$/.test(type) && taken.every(({ start, end }) => !holdsTemplate(dockerfile, start, end));
  const moved = [type, ...written.fields.filter((other) => other !== field).map(({ text }) => text)].join(",");
  const expand = mount.unresolved.length > 0 || /[$'"\\`]/.test(moved) ? settings(step).expand : undefined;
  const after = parseMount({ ...flag, value: moved }, expand);
  const start = written.characters[0]!.start;
  const edits: Edit[] = [{ start, end: start, text: `${type},` }, ...taken.map((bytes) => ({ ...bytes, text: "" }))];
  const isRefused = mount.problem !== undefined;
  return {
    start: flag.start,
    end: flag.end,
    ...(isRefused ? {} : { severity: "info" as const }),
    message: isRefused
      ? `The type of the mount does not stand first, and BuildKit refuses it: ${mount.problem}`
      : "The type of the mount does not stand first: until there, BuildKit takes it for a bind mount",
    remedy: `Write ${type} before the other keys.`,
    key: `${stageKey(step.stage)} ${after.id ?? after.target ?? ""}`,
    ...(isPlain && after.problem === undefined ? { fix: { safe: true, what: `Put ${type} first`, edits } } : {}),
  };
}
