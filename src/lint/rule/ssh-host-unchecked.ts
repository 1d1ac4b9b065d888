import type { Stage } from "../../dockerfile/stage.ts";
import { holdsTemplate } from "../../dockerfile/template/spans-at.ts";
import type { Severity } from "../../finding/finding.ts";
import type { DockerfileSubject, LintedStep, LintRule } from "../rule.ts";
import { bodyPiece, heredocPieces, partOf, stageKey, writtenCommands } from "../written-command.ts";

export const sshHostUnchecked: LintRule = {
  id: "ssh-host-unchecked",
  severity: "warning",
  title: "A stage uses ssh with a key or an agent and does not check the host",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "`StrictHostKeyChecking no` (or `accept-new`: a build has never seen the host before), or `UserKnownHostsFile=/dev/null`, in a stage that has a step with `--mount=type=ssh` or an ssh key as a secret: in a step, in `ENV GIT_SSH_COMMAND`, or in a file that a heredoc writes. `ssh-keyscan`, which asks the same network for the key that it then trusts, is information.",
    why: "Whoever stands between the builder and the host gives the step a repository of his own making, and can use the forwarded agent while the step runs. The commands that turn the check off are mostly copied from an answer about “Host key verification failed”.",
    example:
      'FROM alpine/git\nRUN --mount=type=ssh GIT_SSH_COMMAND="ssh -o StrictHostKeyChecking=no" git clone git@github.com:acme/app',
    instead:
      "FROM alpine/git\nCOPY known_hosts /etc/ssh/ssh_known_hosts\nRUN --mount=type=ssh git clone git@github.com:acme/app",
  },
  *check(subject) {
    const { dockerfile } = subject;
    const stages = stagesWithSsh(subject);
    if (stages.size === 0) return;
    for (const written of writtenCommands(dockerfile)) {
      const { command, instruction, stage } = written;
      if (stage === undefined || !stages.has(stage.index) || !PLACES.has(command.known ?? "")) continue;
      const body = bodyPiece(written);
      const found = [
        ...uncheckedIn(body.text).map((one) => ({ ...one, ...partOf(instruction, body, one.from, one.to) })),
        ...heredocPieces(written, dockerfile).flatMap((piece) =>
          uncheckedIn(piece.text).map((one) => ({ ...one, start: piece.start + one.from, end: piece.start + one.to })),
        ),
      ];
      for (const { start, end, severity, what } of found) {
        if (holdsTemplate(dockerfile, start, end)) continue;
        yield {
          start,
          end,
          severity,
          message: `${what}, in a stage that uses ssh with a key or an agent`,
          remedy:
            "COPY a known_hosts file with the host's published keys to /etc/ssh/ssh_known_hosts, and check against it.",
          key: `${stageKey(stage)} ${what}`,
        };
      }
    }
  },
};

const PLACES: ReadonlySet<string> = new Set(["RUN", "ENV", "ARG", "COPY", "ADD"]);

/** With the stages that they are built upon: a setting made there holds. */
function stagesWithSsh({ steps, stages }: DockerfileSubject): ReadonlySet<number> {
  const found = new Set<number>();
  for (const linted of steps) {
    if (!usesSsh(linted)) continue;
    for (let at: Stage | undefined = linted.step.stage; at !== undefined; ) {
      found.add(at.index);
      at = at.baseStage === undefined ? undefined : stages[at.baseStage];
    }
  }
  return found;
}

function usesSsh({ mounts }: LintedStep): boolean {
  return mounts.some(
    ({ type, target, id }) =>
      type === "ssh" ||
      (type === "secret" &&
        /(?:^|\/)\.ssh\/|(?:^|[/_-])(?:id_(?:rsa|ed25519|ecdsa)|ssh|deploy[-_]?key)/.test(
          `${target ?? ""} ${id ?? ""}`,
        )),
  );
}

type Unchecked = { readonly from: number; readonly to: number; readonly severity: Severity; readonly what: string };

const WAYS: readonly (readonly [pattern: RegExp, severity: Severity, what: string])[] = [
  [
    /StrictHostKeyChecking(?:[ \t]*=[ \t]*|[ \t]+)["']?(?:no|off|accept-new)\b/gi,
    "warning",
    "ssh's host key check is turned off",
  ],
  [/UserKnownHostsFile(?:[ \t]*=[ \t]*|[ \t]+)["']?\/dev\/null\b/gi, "warning", "ssh's known hosts are turned off"],
  [/\bssh-keyscan\b[ \t]+(?!-?-?(?:help|version)\b)/g, "info", "ssh-keyscan trusts whatever key the network gives"],
];

function uncheckedIn(text: string): Unchecked[] {
  if (!/ssh|hostkey|knownhosts/i.test(text)) return [];
  const found: Unchecked[] = [];
  for (const [pattern, severity, what] of WAYS) {
    // one of each kind is enough for one instruction
    const match = text.matchAll(pattern).next().value;
    if (match !== undefined) {
      found.push({ from: match.index, to: match.index + match[0].trimEnd().length, severity, what });
    }
  }
  return found.sort((a, b) => a.from - b.from);
}
