import { type Mount, mountsOf } from "../dockerfile/mount.ts";
import { placeInBody, readStep, shellsOf } from "../dockerfile/shell/index.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import { controlBetween, holdsControl } from "../dockerfile/template/spans-at.ts";
import type { Change } from "./change.ts";
import { type CredentialWay, credentialWay, flagsOf, type WayAsk, wordIn } from "./credential-way.ts";
import { isWhole } from "./flag-edit.ts";
import type { Found, MigrationSubject, Remark } from "./migration.ts";
import { fixedByTemplate, mayBeWithout } from "./template-part.ts";
import { type Declaration, variableScopes } from "./variable-scope.ts";

/** A credential that steps have in one way and are to have in another. */
export type Move = {
  /** The variables that carry it now. */
  readonly names: ReadonlySet<string>;
  readonly file?: WayAsk["file"];
  /** A secret mount that carries it by its looks: where it is not seen how a step takes it, the step is left, aloud. */
  readonly looks?: (mount: Mount) => boolean;
  /** A text that every file has which can be concerned. */
  readonly mayHold: RegExp;
  /** For people: "static AWS keys". */
  readonly what: string;
  /** Why what a step has is not the whole of it; undefined: it is. */
  readonly lacks: (way: CredentialWay, step: Step) => string | undefined;
  /**
   * What the step is granted instead, as a comment would say it. `sure`: the step is known to need it, for it names the
   * variables or mounts them; else only what its text shows can tell, and undefined means that nothing does.
   */
  readonly grant: (step: Step, way: CredentialWay, sure: boolean) => string | undefined;
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
  const shellOf = shellsOf(dockerfile.stages);
  const scripts = new Map<Step, Script>();
  const scriptOf = (step: Step) => {
    const templates = dockerfile.template !== undefined;
    const script = scripts.get(step) ?? readStep(step.run, { shell: shellOf(step), templates });
    scripts.set(step, script);
    return script;
  };

  const planned: { readonly step: Step; readonly way: CredentialWay; readonly change: Change | undefined }[] = [];
  for (const step of steps) {
    const mounts = step.mounts.some(({ unresolved }) => unresolved.length > 0)
      ? mountsOf(step.run, settings(step).expand)
      : step.mounts;
    const declared = scopes.at(step);
    const way = credentialWay({
      step,
      mounts,
      script: () => scriptOf(step),
      names: move.names,
      declared,
      file: move.file,
    });
    const unread = mounts.find(
      (mount) => mount.type === "secret" && move.looks?.(mount) && !way?.mounts.includes(mount),
    );
    if (way === undefined) {
      if (unread !== undefined) left(step.line, `${step.label} mounts ${nameOf(unread)}, and ${notSeen}`);
      continue;
    }
    const sure = way.mounts.length > 0 || way.cuts.length > 0;
    // a step that only stands where an ARG is in effect, and shows no use of it, gets nothing
    const grant = move.grant(step, way, sure);
    if (!sure && grant === undefined && way.doubt === undefined) {
      planned.push({ step, way, change: undefined });
      continue;
    }
    const doubt =
      way.doubt ??
      move.lacks(way, step) ??
      (unread === undefined ? undefined : `of the mount of ${nameOf(unread)} ${notSeen}`) ??
      doubtOfFlags(subject, step, way) ??
      doubtOfTemplate(subject, step, way) ??
      (grant === undefined ? "it is not known what needs it there" : undefined);
    if (doubt !== undefined) {
      left(step.line, `${step.label} has ${move.what}, and ${doubt}`);
      planned.push({ step, way: { ...way, doubt }, change: undefined });
      continue;
    }
    const change: Change = { kind: "step", step, drop: flagsOf(way.mounts), cuts: way.cuts, insert: [], grant };
    planned.push({ step, way, change });
  }

  const variables = variableChanges(subject, move, planned, scopes.declarations, scopes.staysInImage, left);
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

const notSeen = "it is not seen how a program takes it";

function nameOf({ id, target }: Mount): string {
  return id ?? target ?? "a secret";
}

type PlannedStep = { readonly step: Step; readonly way: CredentialWay; readonly change: Change | undefined };

/** The ARGs and ENVs that go: all that bring the credential or none, for one feeds the other. */
function variableChanges(
  { dockerfile }: MigrationSubject,
  move: Move,
  planned: readonly PlannedStep[],
  all: readonly Declaration[],
  staysInImage: (declaration: Declaration) => boolean,
  left: (line: number, what: string) => void,
): { readonly changes: readonly Change[]; readonly left: readonly Declaration[] } {
  const used = new Set(planned.flatMap(({ way }) => [...way.declarations]));
  for (const one of all) if (move.names.has(one.name)) used.add(one);
  if (used.size === 0) return { changes: [], left: [] };
  const names = new Set([...used].map(({ name }) => name));
  // an ARG before the first FROM of the same name feeds the one in the stage
  for (const one of all) if (names.has(one.name)) used.add(one);
  const declarations = [...used];
  const doubt = doubtOfDeclarations(dockerfile, planned, declarations, names, staysInImage);
  if (doubt !== undefined) {
    left(doubt.line, doubt.what);
    return { changes: [], left: declarations };
  }
  const byInstruction = Map.groupBy(declarations, ({ instruction }) => instruction);
  const changes = [...byInstruction].map(
    ([instruction, own]): Change => ({ kind: "variables", instruction, names: new Set(own.map(({ name }) => name)) }),
  );
  return { changes, left: [] };
}

function doubtOfDeclarations(
  dockerfile: MigrationSubject["dockerfile"],
  planned: readonly PlannedStep[],
  declarations: readonly Declaration[],
  names: ReadonlySet<string>,
  staysInImage: (declaration: Declaration) => boolean,
): { readonly line: number; readonly what: string } | undefined {
  const fixedBy = fixedByTemplate(dockerfile);
  const own = new Set(declarations.map(({ instruction }) => instruction));
  const steps = new Set(planned.map(({ step }) => step.instruction));
  const files = new Set(planned.flatMap(({ way }) => way.mounts.map(({ target }) => target)));
  const first = declarations[0]!;
  const says = `${first.keyword} ${first.name}`;
  const kept = declarations.find(staysInImage);
  if (kept !== undefined) {
    return {
      line: kept.instruction.line,
      what: `ENV ${kept.name} stays in the image, where what runs in it may need it`,
    };
  }
  const open = planned.find(
    ({ way, change }) => way.doubt !== undefined && change === undefined && way.declarations.length > 0,
  );
  if (open !== undefined) {
    return {
      line: first.instruction.line,
      what: `${says} is needed by ${open.step.label} (line ${open.step.line}), which is left`,
    };
  }
  if (!planned.some(({ change }) => change !== undefined)) {
    return { line: first.instruction.line, what: `${says}: no step shows that it uses it` };
  }
  for (const instruction of dockerfile.instructions) {
    if (instruction.known === "RUN" || own.has(instruction) || steps.has(instruction)) continue;
    const name = [...names].find((one) => wordIn(instruction.logical.text, one));
    if (name !== undefined) {
      return { line: instruction.line, what: `${instruction.keyword} in line ${instruction.line} names ${name}` };
    }
  }
  for (const { instruction, name, value } of declarations) {
    const from = value?.replace(/^"(.*)"$/s, "$1") ?? "";
    const isPassedOn =
      from === "" || files.has(from) || [...names].some((one) => from === `$${one}` || from === `\${${one}}`);
    if (!isPassedOn) {
      return {
        line: instruction.line,
        what: `${instruction.keyword} ${name} has a value of its own: if it is a secret, it is in every copy of the file, and has to be revoked`,
      };
    }
    const fixed = fixedBy(instruction);
    if (fixed !== undefined) return { line: instruction.line, what: `${instruction.keyword} ${name} ${fixed}` };
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
