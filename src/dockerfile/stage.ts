import type { BuildFacts } from "./build-facts.ts";
import { type GlobalArgs, globalArgs } from "./global-arg.ts";
import { argsOf, type Command, type Instruction } from "./instruction.ts";
import { type Mount, parseMount } from "./mount.ts";
import { lex } from "./shell-lexer.ts";
import type { Template } from "./template/template.ts";
import { lowerCase } from "./text.ts";
import { createUnknownMarks, holdsUnknown, type Known, type UnknownMarks } from "./unknown.ts";

/** What a stage builds upon. */
export type StageBase =
  | { readonly kind: "stage"; readonly stage: number }
  | { readonly kind: "image"; readonly reference: string }
  | { readonly kind: "scratch" }
  /** A `--build-context` of the stage's name: the stage itself is not built. */
  | { readonly kind: "context" }
  | { readonly kind: "unknown"; readonly why: string };

/** A command that a stage runs; `trigger`: an ONBUILD of its base stage, which runs first. */
export type StageCommand = {
  readonly instruction: Instruction;
  readonly command: Command;
  readonly trigger: boolean;
};

/** Another stage or image that a command reads files of; `stage` is undefined for an image. */
export type Reference = {
  readonly kind: "copy" | "mount";
  readonly command: StageCommand;
  readonly from: string;
  readonly stage: number | undefined;
};

/** A build stage. */
export type Stage = {
  readonly index: number;
  /** In lower case, as BuildKit keeps it. */
  readonly name: string | undefined;
  /** undefined: of a template, which hides it. */
  readonly from: Instruction | undefined;
  /** As written. */
  readonly baseText: string;
  readonly base: StageBase;
  /** The stage that this one is built upon. */
  readonly baseStage: number | undefined;
  /** `--platform=` as written. */
  readonly platform: string | undefined;
  /** Those after FROM. */
  readonly instructions: readonly Instruction[];
  /** What runs: its base stage's ONBUILDs, then its own instructions. */
  readonly commands: readonly StageCommand[];
  readonly references: readonly Reference[];
};

type Instructions = {
  readonly instructions: readonly Instruction[];
  readonly escape: "\\" | "`";
  readonly template?: Template | undefined;
};

/** The stages of a Dockerfile under a build's arguments, as BuildKit's dockerfile2llb resolves them. */
export function resolveStages(file: Instructions, facts: BuildFacts = {}): Stage[] {
  const drafts = draftStages(file);
  const marks = createUnknownMarks();
  const globals = globalArgs(file, facts, drafts.at(-1)?.name, marks);
  const byName = new Map<string, number>();
  const bases: StageBase[] = [];
  for (const draft of drafts) {
    bases.push(resolveBase(draft, { byName, globals, escape: file.escape, facts, marks }));
    if (draft.name !== undefined) byName.set(draft.name, draft.index);
  }
  const world = { drafts, bases, byName, triggers: triggerFinder(drafts) };
  return drafts.map((draft) => finishStage(draft, world));
}

type StageDraft = Pick<Stage, "index" | "name" | "from" | "baseText" | "platform"> & {
  readonly instructions: Instruction[];
  /** What comes out of a template is marked in it. */
  readonly baseMarked: string;
};

function draftStages({ instructions, template }: Instructions): StageDraft[] {
  const drafts: StageDraft[] = [];
  for (const instruction of instructions) {
    if (instruction.known !== "FROM") {
      // what cannot stand before a FROM has one all the same: it is included, made by a macro, or in the file that includes this
      if (template !== undefined && drafts.length === 0 && isOfStage(instruction)) drafts.push(unseenStage());
      drafts.at(-1)?.instructions.push(instruction);
      continue;
    }
    drafts.push({
      index: drafts.length,
      name: stageName(instruction.args),
      from: instruction,
      baseText: instruction.args[0] ?? "",
      baseMarked: argsOf(instruction)[0] ?? "",
      platform: flagValue(instruction, "platform"),
      instructions: [],
    });
  }
  return drafts;
}

function isOfStage({ known }: Instruction): boolean {
  return known !== undefined && known !== "ARG";
}

function unseenStage(): StageDraft {
  const nothing = { name: undefined, from: undefined, platform: undefined };
  return { index: 0, ...nothing, baseText: "", baseMarked: "", instructions: [] };
}

/** What follows `AS` in a FROM's arguments, in lower case. */
function stageName(args: readonly string[]): string | undefined {
  return args.length === 3 && /^as$/iu.test(args[1]!) ? lowerCase(args[2]!) : undefined;
}

function resolveBase(
  draft: StageDraft,
  world: {
    readonly byName: ReadonlyMap<string, number>;
    readonly globals: GlobalArgs;
    readonly escape: "\\" | "`";
    readonly facts: BuildFacts;
    readonly marks: UnknownMarks;
  },
): StageBase {
  if (draft.from === undefined) return { kind: "unknown", why: "the template does not show its FROM" };
  if (draft.name !== undefined && world.facts.contexts?.has(draft.name)) return { kind: "context" };
  const same = holdsUnknown(draft.baseMarked) ? world.byName.get(lowerCase(draft.baseText)) : undefined;
  // the same expression of a template named a stage before
  if (same !== undefined) return { kind: "stage", stage: same };
  if (isChosen(draft)) return { kind: "unknown", why: "a condition of the template chooses its FROM" };
  const lexed = lex(draft.baseMarked, { escape: world.escape, lookup: (name) => world.globals.get(name) });
  if (!lexed.ok) return { kind: "unknown", why: `its base ${draft.baseText} cannot be expanded: ${lexed.problem}` };
  const revealed = world.marks.reveal(lexed.result);
  if (!revealed.known) return { kind: "unknown", why: revealed.why };
  if (revealed.value === "") return { kind: "unknown", why: "the name of its base is empty" };
  const stage = world.byName.get(revealed.value);
  if (stage !== undefined) return { kind: "stage", stage };
  return revealed.value === "scratch" ? { kind: "scratch" } : { kind: "image", reference: revealed.value };
}

// the stage goes on after the branch in which its FROM stands
function isChosen({ from, instructions }: StageDraft): boolean {
  return from?.branch !== undefined && instructions.some(({ branch }) => branch !== from.branch);
}

function finishStage(
  { baseMarked: _marked, ...draft }: StageDraft,
  world: {
    readonly drafts: readonly StageDraft[];
    readonly bases: readonly StageBase[];
    readonly byName: ReadonlyMap<string, number>;
    readonly triggers: (stage: number) => readonly StageCommand[];
  },
): Stage {
  const base = world.bases[draft.index]!;
  const baseStage = base.kind === "stage" ? base.stage : undefined;
  const triggers = baseStage === undefined ? [] : world.triggers(baseStage);
  const own = draft.instructions.map((instruction) => ({ instruction, command: instruction, trigger: false }));
  const commands = base.kind === "context" ? [] : [...triggers, ...own];
  const references: Reference[] = [];
  for (const command of commands) {
    if (command.command.flags.length === 0) continue;
    for (const reference of referencesOf(command, world.byName, world.drafts.length)) references.push(reference);
  }
  return { ...draft, base, baseStage, commands, references };
}

/** Of each stage once, for many can be upon it. */
function triggerFinder(drafts: readonly StageDraft[]): (stage: number) => readonly StageCommand[] {
  const found = new Map<number, readonly StageCommand[]>();
  return (stage) => {
    let triggers = found.get(stage);
    if (triggers === undefined) {
      triggers = triggersOf(drafts[stage]!);
      found.set(stage, triggers);
    }
    return triggers;
  };
}

function triggersOf(draft: StageDraft): StageCommand[] {
  return draft.instructions.flatMap((instruction) =>
    instruction.known === "ONBUILD" && instruction.inner !== undefined
      ? [{ instruction, command: instruction.inner, trigger: true }]
      : [],
  );
}

function referencesOf(command: StageCommand, byName: ReadonlyMap<string, number>, stages: number): Reference[] {
  const { known, flags } = command.command;
  if (known === "COPY") {
    const from = flagValue(command.command, "from");
    if (from === undefined || from === "") return [];
    return [{ kind: "copy", command, from, stage: stageOfCopy(from, byName, stages) }];
  }
  if (known !== "RUN") return [];
  return flags
    .filter((flag) => flag.name === "mount")
    .map((flag) => mountedFrom(parseMount({ ...flag, marked: undefined }, asWritten)))
    .filter((from) => from !== undefined)
    .map((from) => ({ kind: "mount", command, from, stage: byName.get(lowerCase(from)) }));
}

// A cache without `from` begins as scratch, which a stage may call itself; of the rest only a bind mount has files.
function mountedFrom({ type, from }: Mount): string | undefined {
  if (type === "cache") return from || "scratch";
  return type === "bind" ? from || undefined : undefined;
}

function asWritten(word: string): Known<string> {
  return { known: true, value: word };
}

// A number is a stage's index; a name is looked for among all stages, the last of that name counts.
function stageOfCopy(from: string, byName: ReadonlyMap<string, number>, stages: number): number | undefined {
  if (!/^[+-]?\d+$/.test(from)) return byName.get(lowerCase(from));
  const index = Number(from);
  return index >= 0 && index < stages ? Math.abs(index) : undefined;
}

function flagValue(command: Command, name: string): string | undefined {
  return command.flags.find((flag) => flag.name === name)?.value;
}
