import { posix } from "node:path";
import type { BaseImage, BuildFacts } from "./build-facts.ts";
import type { Dockerfile } from "./dockerfile.ts";
import { type GlobalArgs, globalArgs, splitArg } from "./global-arg.ts";
import type { Command, Instruction } from "./instruction.ts";
import { lex } from "./shell-lexer.ts";
import { resolveStages, type Stage } from "./stage.ts";
import type { Step } from "./step.ts";
import { createUnknownMarks, holdsUnknown, type Known, type UnknownMarks } from "./unknown.ts";
import {
  createVariableHistory,
  forgetVariables,
  setVariable,
  type VariableHistory,
  variableAt,
  variableNamesAt,
} from "./variable-history.ts";

/** A user as USER names it. */
export type User = {
  /** As written, with variables expanded; empty: nobody was named, and root it is. */
  readonly text: string;
  readonly root: boolean;
  /** Where the name is a number, or root. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
};

/** What holds where a step runs. */
export type Settings = {
  readonly user: Known<User>;
  /** ENV or ARG HOME, else /root for a known root; which home another user has stands in the image. */
  readonly home: Known<string>;
  /** The working directory. */
  readonly directory: Known<string>;
  /** A variable by ENV or ARG; undefined: it is not set. */
  readonly variable: (name: string) => Known<string | undefined>;
  /** All that ENV and ARG set. */
  readonly variables: () => ReadonlyMap<string, Known<string>>;
  /** A word with its variables expanded and its quotes taken off, as BuildKit does it. */
  readonly expand: (word: string) => Known<string>;
};

/** What is known where a step runs. For many steps of one file take `settingsOf`. */
export function settingsAt(dockerfile: Dockerfile, step: Step, facts: BuildFacts = {}): Settings {
  return settingsOf(dockerfile, facts)(step);
}

/** Follows the stages once and gives the settings of each step. */
export function settingsOf(dockerfile: Dockerfile, facts: BuildFacts = {}): (step: Step) => Settings {
  const followed = followStages(dockerfile, facts);
  const places = new Map<Instruction, { readonly stage: number; readonly position: number }>();
  for (const stage of followed.stages) {
    for (const [position, { instruction, trigger }] of stage.commands.entries()) {
      if (!trigger && instruction.known !== "ONBUILD") places.set(instruction, { stage: stage.index, position });
    }
  }
  return (step) => {
    const place = places.get(step.instruction);
    return place === undefined ? followed.nothing(whyNot(step)) : followed.before(place.stage, place.position);
  };
}

/** The stages with what holds before each of their commands. */
export type FollowedStages = {
  readonly stages: readonly Stage[];
  readonly before: (stage: number, position: number) => Settings;
  readonly nothing: (why: string) => Settings;
};

export function followStages(dockerfile: Dockerfile, facts: BuildFacts = {}): FollowedStages {
  const marks = createUnknownMarks();
  const stages = resolveStages(dockerfile, facts);
  const globals = globalArgs(dockerfile, facts, stages.at(-1)?.name, marks);
  const world: World = { escape: dockerfile.escape, facts, globals, marks };
  const ends: State[] = [];
  const moments: Moment[][] = [];
  for (const stage of stages) {
    const state = startOf(stage, ends, world);
    moments.push(
      stage.commands.map(({ command }) => {
        const moment = { ...state, moment: state.history.moment };
        apply(state, command, world);
        return moment;
      }),
    );
    ends.push(state);
  }
  return {
    stages,
    before: (stage, position) => settingsIn(moments[stage]![position]!, world),
    nothing: (why) => settingsIn({ ...stateOfNothing(why, world), moment: 1 }, world),
  };
}

function whyNot(step: Step): string {
  return step.onbuild
    ? "an ONBUILD step runs in whatever build takes this image as its base"
    : "a build context takes the place of its stage";
}

type World = {
  readonly escape: "\\" | "`";
  readonly facts: BuildFacts;
  readonly globals: GlobalArgs;
  readonly marks: UnknownMarks;
};

/** `user` and `directory` may hold marks of something unknown. */
type State = {
  readonly history: VariableHistory;
  /** The variables of the image's config alone: those by ENV, without ARG. */
  readonly image: VariableHistory;
  /** The names that ARGs of this stage set. */
  readonly args: Set<string>;
  user: string;
  directory: string;
  readonly fromScratch: boolean;
};

type Moment = Readonly<State> & { readonly moment: number };

function startOf(stage: Stage, ends: readonly State[], world: World): State {
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

function stateOfNothing(why: string, world: World): State {
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

function apply(state: State, command: Command, world: World): void {
  switch (command.known) {
    case "ENV":
      applyEnv(state, command, world);
      return;
    case "ARG":
      applyArg(state, command, world);
      return;
    case "USER":
      state.user = expandNow(state, command.args[0] ?? "", world);
      return;
    case "WORKDIR":
      state.directory = enter(state.directory, expandNow(state, command.args[0] ?? "", world));
  }
}

// system.NormalizeWorkdir: an absolute path is taken as it is
function enter(directory: string, path: string): string {
  if (path === "") return directory;
  if (path.startsWith("/") || holdsUnknown(path)) return path;
  return holdsUnknown(directory) ? directory : posix.resolve("/", directory, path);
}

// All names and values of one ENV are expanded before any of them is set.
function applyEnv(state: State, command: Command, world: World): void {
  const expanded = command.pairs.map(({ name, value }) => ({
    name: world.marks.reveal(expandNow(state, name, world)),
    value: expandNow(state, value, world),
  }));
  for (const { name, value } of expanded) {
    if (name.known) {
      setByEnv(state, name.value, value);
      continue;
    }
    const why = `the name of a variable is not known: ${name.why}`;
    forgetVariables(state.history, why, world.marks);
    forgetVariables(state.image, why, world.marks);
  }
}

// BuildKit's dispatchArg: one after another; an ARG's value also takes the place of an ENV's.
function applyArg(state: State, command: Command, world: World): void {
  for (const arg of command.args) {
    const { name, value } = splitArg(arg);
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

function expandAt(history: VariableHistory, moment: number, word: string, world: World): string {
  const lexed = lex(word, { escape: world.escape, lookup: (name) => variableAt(history, moment, name)?.value });
  return lexed.ok ? lexed.result : world.marks.mark(`${word} cannot be expanded: ${lexed.problem}`);
}

function settingsIn(state: Moment, world: World): Settings {
  const { history, moment } = state;
  const { reveal } = world.marks;
  const userName = reveal(state.user);
  const user: Known<User> = userName.known ? { known: true, value: parseUser(userName.value) } : userName;
  return {
    user,
    home: homeAt(state, user, world),
    directory: reveal(state.directory),
    variable(name) {
      const found = variableAt(history, moment, name);
      return found === undefined ? { known: true, value: undefined } : reveal(found.value);
    },
    variables() {
      const names = [...variableNamesAt(history, moment)].sort();
      return new Map(names.map((name) => [name, reveal(variableAt(history, moment, name)!.value)]));
    },
    expand: (word) => reveal(expandAt(history, moment, word, world)),
  };
}

function parseUser(text: string): User {
  const [name = "", group] = text.split(":");
  const uid = name === "" || name === "root" ? 0 : parseId(name);
  const root = uid === 0;
  const gid = group === undefined || group === "" ? (root ? 0 : undefined) : group === "root" ? 0 : parseId(group);
  return { text, root, uid, gid };
}

function parseId(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function homeAt(state: Moment, user: Known<User>, world: World): Known<string> {
  const set = variableAt(state.history, state.moment, "HOME");
  // an empty HOME is filled from the image's /etc/passwd, like none
  if (set !== undefined && !set.inherited && set.value !== "") return world.marks.reveal(set.value);
  if (!user.known) return user;
  if (!user.value.root) {
    return { known: false, why: `the home of the user ${user.value.text} stands in the image's /etc/passwd` };
  }
  if (state.fromScratch) {
    return { known: false, why: "the stage is built from scratch: whether it has an /etc/passwd is not known" };
  }
  return { known: true, value: "/root" };
}
