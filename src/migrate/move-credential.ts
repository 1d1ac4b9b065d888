import { type Mount, mountsOf } from "../dockerfile/mount.ts";
import { placeInBody, scriptsOf } from "../dockerfile/shell/index.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import { controlBetween, holdsControl } from "../dockerfile/template/spans-at.ts";
import type { Change } from "./change.ts";
import { type CredentialWay, credentialWay, flagsOf, type WayAsk } from "./credential-way.ts";
import { isWhole } from "./flag-edit.ts";
import type { Found, MigrationSubject, Remark } from "./migration.ts";
import { namedWhereNothingIsRead } from "./named-unread.ts";
import { type AlsoSilent, programThatMayAsk } from "./silent-program.ts";
import { mayBeWithout } from "./template-part.ts";
import { type PlannedStep, variableChanges } from "./variable-change.ts";
import { variableScopes } from "./variable-scope.ts";

/** A credential that steps have in one way and are to have in another. */
export type Move = {
  /** The variables that carry it now. */
  readonly names: ReadonlySet<string>;
  readonly file?: WayAsk["file"];
  /**
   * What there is to say of a mount that may carry it by its looks, and that is none of those that are known to: one clause,
   * for the step is left then, aloud; undefined: nothing.
   */
  readonly suspect: (mount: Mount, step: Step, script: () => Script) => string | undefined;
  /** A text that every file has which can be concerned. */
  readonly mayHold: RegExp;
  /** For people: "static AWS keys". */
  readonly what: string;
  /** Why the new way may not do for the step, or what it has is not the whole of it: one clause; undefined: it will do. */
  readonly objection: (way: CredentialWay, step: Step, script: () => Script) => string | undefined;
  /** Programs that never ask for it, beside the system's own tools. */
  readonly silent: AlsoSilent;
  /**
   * What the step is granted instead, as a comment would say it. `sure`: the step is known to need it, for it names the
   * variables or mounts them; else only what its text shows can tell, and undefined means that nothing does.
   */
  readonly grant: (step: Step, way: CredentialWay, sure: boolean, script: () => Script) => string | undefined;
  /** What people do about a thing that is left. */
  readonly remedy: string;
};

/** Finds the steps that have the credential, and what has to change. What is not certain of one step leaves that step. */
export function moveCredential(subject: MigrationSubject, move: Move): Found {
  const { dockerfile, steps, settings } = subject;
  const remarks: Remark[] = [];
  const left = (line: number, what: string) => remarks.push({ kind: "left", line, what, remedy: move.remedy });
  const text = dockerfile.text;
  if (!move.mayHold.test(text)) return { changes: [], remarks };

  const scopes = variableScopes(dockerfile, (name) => /^\w+$/.test(name));
  const scriptOf = scriptsOf(dockerfile);

  const planned: PlannedStep[] = [];
  for (const step of steps) {
    const mounts = step.mounts.some(({ unresolved }) => unresolved.length > 0)
      ? mountsOf(step.run, settings(step).expand)
      : step.mounts;
    const script = () => scriptOf(step);
    const declared = scopes.at(step);
    const way = credentialWay({ step, mounts, script, names: move.names, declared, file: move.file });
    const suspicion = firstOf(mounts, (mount) =>
      way?.mounts.includes(mount) ? undefined : move.suspect(mount, step, script),
    );
    if (way === undefined) {
      if (suspicion !== undefined) left(step.line, `${step.label} ${suspicion}`);
      continue;
    }
    const sure = way.mounts.length > 0 || way.cuts.length > 0;
    // a step that only stands where an ARG is in effect, and shows no use of it, gets nothing
    const grant = move.grant(step, way, sure, script);
    if (!sure && grant === undefined && way.doubt === undefined) {
      const asks = isServed(step) ? undefined : programThatMayAsk(script(), move.silent);
      planned.push({ step, way, change: undefined, asks });
      continue;
    }
    const doubt =
      move.objection(way, step, script) ??
      way.doubt ??
      suspicion ??
      doubtOfFlags(subject, step, way) ??
      doubtOfTemplate(subject, step, way) ??
      (grant === undefined ? "it is not known what needs it there" : undefined);
    if (doubt !== undefined) {
      left(step.line, `${step.label} has ${move.what}, and ${doubt}`);
      planned.push({ step, way: { ...way, doubt }, change: undefined, asks: undefined });
      continue;
    }
    const change: Change = { kind: "step", step, drop: flagsOf(way.mounts), cuts: way.cuts, insert: [], grant };
    planned.push({ step, way, change, asks: undefined });
  }

  for (const { line, name } of namedWhereNothingIsRead(dockerfile, move.names)) {
    left(line, `${name} stands in a part of the template that nothing is known of`);
  }
  const variables = variableChanges(subject, move.names, planned, scopes, left);
  const kept = new Set(variables.left.map(({ instruction }) => instruction));
  const changes: Change[] = [];
  for (const { way, change } of planned) {
    if (change === undefined) continue;
    // a step whose ARG has to stay would have both, and static keys go before a web identity
    if (way.declarations.some(({ instruction }) => kept.has(instruction))) continue;
    changes.push(change);
  }
  return { changes: [...changes, ...variables.changes], remarks };
}

/** A comment above it grants it something of its own. */
function isServed({ comments }: Step): boolean {
  return comments.some(({ text }) => /^#\s*buildseal:.*\b(?:with|secret)=/.test(text));
}

function firstOf<Item, Answer>(items: readonly Item[], ask: (item: Item) => Answer | undefined): Answer | undefined {
  for (const item of items) {
    const answer = ask(item);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** Flags are replaced where they stand: each in one piece, all under the same condition of a template. */
function doubtOfFlags({ dockerfile }: MigrationSubject, step: Step, { mounts }: CredentialWay): string | undefined {
  const flags = flagsOf(mounts);
  if (flags.length === 0) {
    return step.onbuild ? "it is an ONBUILD step: it runs in builds that take the image as their base" : undefined;
  }
  if (flags.some((flag) => !isWhole(dockerfile, flag))) return "a mount of it is broken over lines";
  if (controlBetween(dockerfile, flags[0]!.start, flags.at(-1)!.end)) {
    return "its mounts stand under different conditions of the template";
  }
  return undefined;
}

/** What a condition decides must not be granted without it, and a tag must not be cut in two. */
function doubtOfTemplate(
  { dockerfile }: MigrationSubject,
  { instruction, run }: Step,
  { cuts, declarations }: CredentialWay,
): string | undefined {
  if (dockerfile.template === undefined) return undefined;
  const places = cuts.map(({ from, to }) => placeInBody(instruction, run, from, to));
  if (places.some(({ start, end }) => holdsControl(dockerfile, start, end))) {
    return "a piece of the template stands in what sets them";
  }
  const chosen = declarations.find((declaration) => mayBeWithout(instruction, declaration.instruction));
  return chosen && `the template decides whether there is the ${chosen.keyword} ${chosen.name} that brings them`;
}
