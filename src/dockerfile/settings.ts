import type { BuildFacts } from "./build-facts.ts";
import type { Dockerfile } from "./dockerfile.ts";
import { globalArgs } from "./global-arg.ts";
import type { Instruction } from "./instruction.ts";
import { resolveStages, type Stage } from "./stage.ts";
import { applyCommand, expandAt, type State, startState, stateOfNothing, type World } from "./stage-state.ts";
import type { Step } from "./step.ts";
import { createUnknownMarks, type Known } from "./unknown.ts";
import { isNamedBefore, variableAt, variableNamesAt } from "./variable-history.ts";

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
  /** Whether ENV or ARG set a variable of that name, or one whose name fits; many steps may ask for one pattern. */
  readonly sets: (name: string | RegExp) => boolean;
  /** All that ENV and ARG set. */
  readonly variables: () => ReadonlyMap<string, Known<string>>;
  /** A word with its variables expanded and its quotes taken off, as BuildKit does it. */
  readonly expand: (word: string) => Known<string>;
};

const NO_FACTS: BuildFacts = {};

/** What is known where a step runs. For many steps of one file take `settingsOf`. */
export function settingsAt(dockerfile: Dockerfile, step: Step, facts: BuildFacts = NO_FACTS): Settings {
  return settingsOf(dockerfile, facts)(step);
}

/** Follows the stages once and gives the settings of each step. */
export function settingsOf(dockerfile: Dockerfile, facts: BuildFacts = NO_FACTS): (step: Step) => Settings {
  const followed = followStages(dockerfile, facts);
  const places = new Map<Instruction, { readonly stage: number; readonly position: number }>();
  for (const stage of followed.stages) {
    for (const [position, { instruction, trigger }] of stage.commands.entries()) {
      if (!trigger && instruction.known === "RUN") places.set(instruction, { stage: stage.index, position });
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

export function followStages(dockerfile: Dockerfile, facts: BuildFacts = NO_FACTS): FollowedStages {
  const marks = createUnknownMarks();
  // as it was read, it is resolved without facts
  const stages = facts === NO_FACTS ? dockerfile.stages : resolveStages(dockerfile, facts);
  const globals = globalArgs(dockerfile, facts, stages.at(-1)?.name, marks);
  const world: World = { escape: dockerfile.escape, facts, globals, marks };
  const ends: State[] = [];
  const moments: Moment[][] = [];
  for (const stage of stages) {
    const state = startState(stage, ends, world);
    moments.push(
      stage.commands.map(({ command, instruction }) => {
        const moment = { ...state, moment: state.history.moment };
        applyCommand(state, command, world, { instruction, stage });
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

type Moment = Readonly<State> & { readonly moment: number };

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
    sets: (name) => isNamedBefore(history, moment, name),
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
