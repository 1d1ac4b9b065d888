import { posix } from "node:path";
import type { BaseImage, BuildFacts } from "./build-facts.ts";
import { type GlobalArgs, splitArg } from "./global-arg.ts";
import { argsOf, type Command, type Instruction, pairsOf } from "./instruction.ts";
import { lex } from "./shell-lexer.ts";
import type { Stage } from "./stage.ts";
import { holdsUnknown, type UnknownMarks } from "./unknown.ts";
import {
  createVariableHistory,
  forgetVariables,
  setVariable,
  type VariableHistory,
  variableAt,
} from "./variable-history.ts";

/** What a stage's state depends on beside its commands. */
export type World = {
  readonly escape: "\\" | "`";
  readonly facts: BuildFacts;
  readonly globals: GlobalArgs;
  readonly marks: UnknownMarks;
};

/** What holds at a moment of a stage (dockerfile2llb's dispatchState). `user` and `directory` may hold unknown marks. */
export type State = {
  readonly history: VariableHistory;
  /** The variables of the image's config alone: those by ENV, without ARG. */
  readonly image: VariableHistory;
  /** The names that ARGs of this stage set. */
  readonly args: Set<string>;
  user: string;
  directory: string;
  readonly fromScratch: boolean;
};

/** The state of a stage before its first command; `ends` are those that the stages before ended in. */
export function startState(stage: Stage, ends: readonly State[], world: World): State {
  const { base } = stage;
  if (base.kind === "stage") return startUpon(ends[base.stage]!);
  const image = base.kind === "image" ? knownImage(base.reference, stage, world) : undefined;
  const isScratch = base.kind === "scratch";
  if (!isScratch && image === undefined) return stateOfNothing(whyUnknown(base, world), world);
  const state: State = {
    history: createVariableHistory(undefined),
    image: createVariableHistory(undefined),
    args: new Set(),
    user: image?.user ?? "",
    directory: image?.workingDirectory || "/",
    fromScratch: isScratch,
  };
  setByEnv(state, "PATH", DEFAULT_PATH);
  for (const entry of image?.env ?? []) {
    const { name, value } = splitArg(entry);
    setByEnv(state, name, value ?? "");
  }
  return state;
}

// A stage takes over what its base's ARGs set, but where the image's config has a variable of that name it counts.
function startUpon(base: State): State {
  const history = createVariableHistory(base.history);
  for (const name of base.args) {
    const inImage = variableAt(base.image, base.image.moment, name);
    if (inImage !== undefined) setVariable(history, name, inImage.value);
  }
  return { ...base, history, image: createVariableHistory(base.image), args: new Set() };
}

/** The state of a stage of which nothing is known. */
export function stateOfNothing(why: string, world: World): State {
  const history = createVariableHistory(undefined);
  const image = createVariableHistory(undefined);
  forgetVariables(history, why, world.marks);
  forgetVariables(image, why, world.marks);
  const unknown = world.marks.mark(why);
  return { history, image, args: new Set(), user: unknown, directory: unknown, fromScratch: false };
}

function setByEnv(state: State, name: string, value: string): void {
  setVariable(state.history, name, value);
  setVariable(state.image, name, value);
}

// BuildKit's system.DefaultPathEnvUnix
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function whyUnknown(base: Stage["base"], world: World): string {
  if (base.kind === "unknown") return base.why;
  if (base.kind !== "image" || isContext(base.reference, world)) return "a build context takes the place of its base";
  return `the base image ${base.reference} is not seen`;
}

// BuildKit looks for a context by the image's short name (dockerui's NamedContext)
function isContext(reference: string, { facts }: World): boolean {
  const name = reference.replace(/^docker\.io\/(library\/)?/, "").replace(/:latest$/, "");
  return facts.contexts?.has(name) ?? false;
}

function knownImage(reference: string, stage: Stage, world: World): BaseImage | undefined {
  if (world.facts.baseImage === undefined || isContext(reference, world)) return undefined;
  if (stage.platform === undefined) return world.facts.baseImage(reference, world.facts.platform);
  const lexed = lex(stage.platform, { escape: world.escape, lookup: (name) => world.globals.get(name) });
  const platform = lexed.ok ? world.marks.reveal(lexed.result) : undefined;
  return platform?.known ? world.facts.baseImage(reference, platform.value) : undefined;
}

/**
 * Changes the state by a command. Whether one in a branch of a template's condition is there is not known, but for the
 * stage that stands in that branch.
 */
export function applyCommand(
  state: State,
  command: Command,
  world: World,
  place?: { readonly instruction: Instruction; readonly stage: Stage },
): void {
  const branch = place?.instruction.branch;
  if (branch !== undefined && branch !== place?.stage.from?.branch) {
    applyPerhaps(state, command, world);
    return;
  }
  switch (command.known) {
    case "ENV":
      applyEnv(state, command, world);
      return;
    case "ARG":
      applyArg(state, command, world);
      return;
    case "USER":
      state.user = expandNow(state, argsOf(command)[0] ?? "", world);
      return;
    case "WORKDIR":
      state.directory = enter(state.directory, expandNow(state, argsOf(command)[0] ?? "", world));
  }
}

function applyPerhaps(state: State, command: Command, world: World): void {
  const perhaps = world.marks.mark("a condition of the template sets it, or does not");
  switch (command.known) {
    case "ENV":
      for (const pair of pairsOf(command)) {
        const name = world.marks.reveal(expandNow(state, pair.name, world));
        if (name.known) setByEnv(state, name.value, perhaps);
        else forgetAll(state, name.why, world);
      }
      return;
    case "ARG":
      for (const arg of argsOf(command)) {
        const { name } = splitArg(arg);
        if (holdsUnknown(name)) forgetAll(state, "a template names an ARG", world);
        setVariable(state.history, name, perhaps);
        state.args.add(name);
      }
      return;
    case "USER":
      state.user = perhaps;
      return;
    case "WORKDIR":
      state.directory = perhaps;
  }
}

function forgetAll(state: State, reason: string, world: World): void {
  const why = `the name of a variable is not known: ${reason}`;
  forgetVariables(state.history, why, world.marks);
  forgetVariables(state.image, why, world.marks);
}

// system.NormalizeWorkdir: an absolute path is taken as it is
function enter(directory: string, path: string): string {
  if (path === "") return directory;
  if (path.startsWith("/") || holdsUnknown(path)) return path;
  return holdsUnknown(directory) ? directory : posix.resolve("/", directory, path);
}

// All names and values of one ENV are expanded before any of them is set.
function applyEnv(state: State, command: Command, world: World): void {
  const expanded = pairsOf(command).map(({ name, value }) => ({
    name: world.marks.reveal(expandNow(state, name, world)),
    value: expandNow(state, value, world),
  }));
  for (const { name, value } of expanded) {
    if (name.known) {
      setByEnv(state, name.value, value);
      continue;
    }
    forgetAll(state, name.why, world);
  }
}

// BuildKit's dispatchArg: one after another; an ARG's value also takes the place of an ENV's.
function applyArg(state: State, command: Command, world: World): void {
  for (const arg of argsOf(command)) {
    const { name, value } = splitArg(arg);
    if (holdsUnknown(name)) forgetAll(state, "a template names an ARG", world);
    const given = world.facts.buildArgs?.get(name)?.toWellFormed();
    const final = given ?? (value === undefined ? world.globals.get(name) : expandNow(state, value, world));
    if (final === undefined || name.startsWith("BUILDKIT_SBOM_SCAN_")) continue;
    setVariable(state.history, name, final);
    state.args.add(name);
  }
}

function expandNow(state: State, word: string, world: World): string {
  return expandAt(state.history, state.history.moment, word, world);
}

/** A word expanded with the variables before a moment; what is not known is marked in it. */
export function expandAt(history: VariableHistory, moment: number, word: string, world: World): string {
  const lexed = lex(word, { escape: world.escape, lookup: (name) => variableAt(history, moment, name)?.value });
  return lexed.ok ? lexed.result : world.marks.mark(`a value cannot be expanded: ${lexed.problem}`);
}
