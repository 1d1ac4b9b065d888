import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Step } from "../dockerfile/step.ts";
import type { Change } from "./change.ts";
import { type CredentialWay, wordIn } from "./credential-way.ts";
import { variableReadBy } from "./file-reading.ts";
import type { MigrationSubject } from "./migration.ts";
import { fixedByTemplate } from "./template-part.ts";
import type { Declaration, VariableScopes } from "./variable-scope.ts";

/** What is to become of a step that has a credential, or an ARG that brings one in effect. */
export type PlannedStep = {
  readonly step: Step;
  readonly way: CredentialWay;
  /** undefined: it stays as it is. */
  readonly change: Change | undefined;
  /** A program of it that may take the credential from the environment, though nothing shows that it does. */
  readonly asks: string | undefined;
};

type Doubt = { readonly line: number; readonly what: string };

/** The ARGs and ENVs that go: all that bring the credential or none, for one feeds the other. */
export function variableChanges(
  { dockerfile, steps }: MigrationSubject,
  carriers: ReadonlySet<string>,
  planned: readonly PlannedStep[],
  scopes: VariableScopes,
  left: (line: number, what: string) => void,
): { readonly changes: readonly Change[]; readonly left: readonly Declaration[] } {
  const all = scopes.declarations;
  const used = new Set(planned.flatMap(({ way }) => [...way.declarations]));
  for (const one of all) if (carriers.has(one.name)) used.add(one);
  if (used.size === 0) return { changes: [], left: [] };
  const names = new Set([...used].map(({ name }) => name));
  // an ARG before the first FROM of the same name feeds the one in the stage
  for (const one of all) if (names.has(one.name)) used.add(one);
  const declarations = [...used];
  const doubt =
    doubtOfValues(declarations, names, scopes, planned) ??
    doubtOfUsers(dockerfile, steps, declarations, names, scopes, planned) ??
    doubtOfTemplate(dockerfile, declarations);
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

/** They must only hand a value on that comes with the build, and none may reach the image. */
function doubtOfValues(
  declarations: readonly Declaration[],
  names: ReadonlySet<string>,
  { staysInImage }: VariableScopes,
  planned: readonly PlannedStep[],
): Doubt | undefined {
  const kept = declarations.find(staysInImage);
  if (kept !== undefined) {
    return {
      line: kept.instruction.line,
      what: `ENV ${kept.name} stays in the image, where what runs in it may need it`,
    };
  }
  const files = new Set(planned.flatMap(({ way }) => way.mounts.map(({ target }) => target)));
  for (const { instruction, name, value } of declarations) {
    const from = value?.replace(/^"(.*)"$/s, "$1") ?? "";
    if (from === "" || files.has(from) || names.has(variableReadBy(from) ?? "")) continue;
    return { line: instruction.line, what: ownValue(instruction.keyword, name) };
  }
  return undefined;
}

/** What is said of a secret that is written down. */
export function ownValue(keyword: string, name: string): string {
  return `${keyword} ${name} has a value of its own: if it is a secret, it is in every copy of the file, and has to be revoked`;
}

/** Whatever has them now must be served in the new way, or be known not to want them. */
function doubtOfUsers(
  { instructions }: Dockerfile,
  steps: readonly Step[],
  declarations: readonly Declaration[],
  names: ReadonlySet<string>,
  scopes: VariableScopes,
  planned: readonly PlannedStep[],
): Doubt | undefined {
  const first = declarations[0]!;
  const says = `${first.keyword} ${first.name}`;
  const { line } = first.instruction;
  const open = planned.find(
    ({ way, change }) => way.doubt !== undefined && change === undefined && way.declarations.length > 0,
  );
  if (open !== undefined) {
    return { line, what: `${says} is needed by ${open.step.label} (line ${open.step.line}), which is left` };
  }
  if (!planned.some(({ change }) => change !== undefined)) {
    return { line, what: `${says}: no step shows that it uses it` };
  }
  const own = new Set(declarations.map(({ instruction }) => instruction));
  const isRun = new Set(steps.map(({ instruction }) => instruction));
  for (const instruction of instructions) {
    if (instruction.known === "RUN" || own.has(instruction) || isRun.has(instruction)) continue;
    const name = [...names].find((one) => wordIn(instruction.logical.text, one));
    if (name !== undefined) {
      return { line: instruction.line, what: `${instruction.keyword} in line ${instruction.line} names ${name}` };
    }
  }
  const rests = new Map(planned.map(({ step, way }) => [step, way.rest]));
  for (const step of steps) {
    const text = rests.get(step) ?? step.body;
    const name = [...names].find((one) => wordIn(text, one) && scopes.at(step).get(one).length > 0);
    if (name !== undefined && !isUnset(text, name)) return { line: step.line, what: `${step.label} names ${name} too` };
  }
  const asking = planned.find(({ asks }) => asks !== undefined);
  if (asking !== undefined) {
    const { step, asks } = asking;
    return {
      line: step.line,
      what: `${step.label} has ${says} (line ${line}) in its environment, and nothing shows whether ${asks} takes it`,
    };
  }
  return undefined;
}

function isUnset(text: string, name: string): boolean {
  return !wordIn(text.replace(/\bunset(?:[ \t]+-v)?(?:[ \t]+[A-Za-z_]\w*)+/g, ""), name);
}

function doubtOfTemplate(dockerfile: Dockerfile, declarations: readonly Declaration[]): Doubt | undefined {
  const fixedBy = fixedByTemplate(dockerfile);
  for (const { instruction, name } of declarations) {
    const fixed = fixedBy(instruction);
    if (fixed !== undefined) return { line: instruction.line, what: `${instruction.keyword} ${name} ${fixed}` };
  }
  return undefined;
}
