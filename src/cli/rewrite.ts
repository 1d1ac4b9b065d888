import { dirname } from "node:path";
import { SealError } from "../error.ts";
import type { GrantRequest } from "../grant/request.ts";
import { printFailure } from "./failure.ts";
import { type Machine, openMachine } from "./machine.ts";
import { parseRewriteCommand, type RewriteCommand } from "./rewrite/arguments.ts";
import { deliver } from "./rewrite/deliver.ts";
import { findSubjects, type Subject } from "./rewrite/find-subjects.ts";
import { nameOf } from "./rewrite/insert-grants.ts";
import type { Outcome } from "./rewrite/outcome.ts";
import { openRewriting, type Rewriting } from "./rewrite/rewriting.ts";
import { say } from "./rewrite/say.ts";

/**
 * `buildseal rewrite`: the mounts of grants, put into Dockerfiles and templates, or a migration of what is there. A file
 * that cannot be done is left as it is, and the others are done. Gives the exit status.
 */
export async function rewrite(words: readonly string[]): Promise<number> {
  const command = parseRewriteCommand(words);
  if (command.help) {
    const { rewriteHelp } = await import("./rewrite/help.ts");
    process.stdout.write(rewriteHelp());
    return 0;
  }
  const machine = openMachine();
  const { subjects, failures } = await findSubjects(command, machine);
  const rewriting = await openRewriting(command, machine);
  for (const failure of failures) complain(failure, machine);
  const tally: Tally = {
    changed: 0,
    failed: failures.length,
    left: 0,
    hit: new Set(),
    asked: new Set(),
    notices: new Set(),
    said: new Set(),
  };
  for (const subject of subjects) await rewriteOne(subject, { command, machine, rewriting, tally });
  return conclude(tally, command, machine);
}

type Tally = {
  changed: number;
  failed: number;
  /** What a migration could not be sure of. */
  left: number;
  readonly hit: Set<GrantRequest>;
  readonly asked: Set<GrantRequest>;
  readonly notices: Set<string>;
  /** What went wrong and was said: what is wrong with the configuration is said once, not for each file. */
  readonly said: Set<unknown>;
};

type World = {
  readonly command: RewriteCommand;
  readonly machine: Machine;
  readonly rewriting: Rewriting;
  readonly tally: Tally;
};

async function rewriteOne(subject: Subject, { command, machine, rewriting, tally }: World): Promise<void> {
  try {
    const rules = await rewriting.rulesOf(subject.path === undefined ? machine.folder : dirname(subject.path));
    for (const request of rules.requests) tally.asked.add(request);
    const outcome: Outcome = await rewriting.rewrite(subject, rules);
    const isChanged = await deliver(outcome, command, machine);
    say(outcome, command, machine, tally.notices);
    if (isChanged) tally.changed++;
    tally.left += outcome.remarks.filter(({ kind }) => kind === "left").length;
    for (const request of outcome.hit) tally.hit.add(request);
  } catch (error) {
    tally.failed++;
    const what = error instanceof SealError ? error.message : error;
    if (!tally.said.has(what)) complain(error, machine);
    tally.said.add(what);
  }
}

/** A grant that hits nothing anywhere is a mistake, unless a file that it may have been for could not be done. */
function conclude(tally: Tally, command: RewriteCommand, machine: Machine): number {
  const missed = [...tally.asked].filter((request) => !request.allowNone && !tally.hit.has(request));
  if (command.migrate === undefined && tally.failed === 0) {
    for (const request of missed) {
      tally.failed++;
      complain(hitsNothing(request), machine);
    }
  }
  if (tally.failed > 0 || tally.left > 0) return 2;
  return command.mode === "check" && tally.changed > 0 ? 1 : 0;
}

function complain(error: unknown, { environment }: Machine): void {
  process.stderr.write(printFailure(error, { stack: environment["BUILDSEAL_DEBUG"] === "1" }));
}

function hitsNothing(request: GrantRequest): SealError {
  return new SealError(
    "GRANT",
    `${request.origin}: ${nameOf(request)} hits no step of any file that was named`,
    request.steps === undefined
      ? "Name the steps in buildseal.yaml (`steps: { run: … }`), or write a `# buildseal:` comment above one"
      : "Correct the selector, or add `allowNone: true` where it is meant",
  );
}
