import { posix } from "node:path";
import type { BuildFacts } from "./build-facts.ts";
import type { Dockerfile } from "./dockerfile.ts";
import type { Command, Instruction } from "./instruction.ts";
import { mountsOf } from "./mount.ts";
import { certainNeedsOf, targetStage } from "./reach.ts";
import { type FollowedStages, followStages } from "./settings.ts";
import type { Reference, Stage } from "./stage.ts";
import type { Step } from "./step.ts";

/** A layer of the image that a build gives, by the instruction that makes it. */
export type FlowLayer = {
  readonly stage: number;
  readonly instruction: Instruction;
  /** The instruction, or the one in its ONBUILD. */
  readonly command: Command;
  /** The command is an ONBUILD of the stage's base. */
  readonly trigger: boolean;
  /** It can hold something that the steps wrote. */
  readonly tainted: boolean;
  readonly why: string | undefined;
};

export type Flow = {
  /** The layers of the target, first to last, without those of the base image. */
  readonly layers: readonly FlowLayer[];
  /** The stages whose files, at their end, can hold something that the steps wrote. */
  readonly stages: readonly number[];
};

/**
 * What can hold something that the given steps wrote: they themselves, what runs after them on the same files, what
 * copies or mounts such files, and what shares a cache mount with them. Files from the context hold nothing of it.
 * @throws DOCKERFILE when the facts' target is no stage.
 */
export function flowFrom(dockerfile: Dockerfile, steps: Iterable<Step>, facts: BuildFacts = {}): Flow {
  const followed = followStages(dockerfile, facts);
  const { stages } = followed;
  const sources = new Set<Instruction>();
  for (const step of steps) sources.add(step.instruction);
  const taint = spreadTaint(followed, sources);
  const target = targetStage(dockerfile, stages, facts.target);
  const layers = chainOf(stages, target).flatMap((stage) =>
    stage.commands.flatMap((command, position) => {
      if (!makesLayer(command.command, followed, stage.index, position)) return [];
      const why = taint.commands[stage.index]![position];
      return [{ ...command, stage: stage.index, tainted: why !== undefined, why }];
    }),
  );
  return { layers, stages: stages.filter(({ index }) => taint.ends[index] !== undefined).map(({ index }) => index) };
}

function chainOf(stages: readonly Stage[], target: Stage | undefined): Stage[] {
  const chain: Stage[] = [];
  for (let stage = target; stage !== undefined; ) {
    chain.push(stage);
    stage = stage.baseStage === undefined ? undefined : stages[stage.baseStage];
  }
  return chain.reverse();
}

// A WORKDIR makes a layer, empty or not, unless it is the root.
function makesLayer(command: Command, followed: FollowedStages, stage: number, position: number): boolean {
  switch (command.known) {
    case "RUN":
    case "COPY":
    case "ADD":
      return true;
    case "WORKDIR": {
      const path = followed.before(stage, position).expand(command.args[0] ?? "");
      const directory = followed.before(stage, position).directory;
      if (!path.known) return true;
      if (path.value.startsWith("/")) return path.value !== "/";
      return !directory.known || posix.resolve("/", directory.value, path.value) !== "/";
    }
    default:
      return false;
  }
}

/** Why a command, or a stage's end, can hold something; undefined where it cannot. */
type Taint = { readonly commands: (string | undefined)[][]; readonly ends: (string | undefined)[] };

/** The tainted cache mounts: id → stage → the position of the first command that taints it there. */
type Caches = { readonly firstByStage: Map<string, Map<number, number>>; grown: boolean };

type Spread = {
  readonly followed: FollowedStages;
  readonly sources: ReadonlySet<Instruction>;
  /** Whether a command has always run before any of the sources does. */
  readonly isEarlier: (stage: number, position: number) => boolean;
  readonly caches: Caches;
  readonly taint: Taint;
};

// Cache mounts carry files against the order of stages, so the stages are walked until no cache is added.
function spreadTaint(followed: FollowedStages, sources: ReadonlySet<Instruction>): Taint {
  const caches: Caches = { firstByStage: new Map(), grown: false };
  const isEarlier = earlierThan(followed.stages, sources);
  for (;;) {
    caches.grown = false;
    const taint: Taint = { commands: [], ends: [] };
    for (const stage of followed.stages) walkStage(stage, { followed, sources, isEarlier, caches, taint });
    if (!caches.grown) return taint;
  }
}

function earlierThan(stages: readonly Stage[], sources: ReadonlySet<Instruction>): Spread["isEarlier"] {
  const firsts = stages.flatMap(({ index, commands }) => {
    const position = commands.findIndex(({ instruction, command }) => isSource(command, instruction, sources));
    return position < 0 ? [] : [{ stage: index, position, before: stagesBefore(stages, index, position) }];
  });
  return (stage, position) =>
    firsts.every((first) => (first.stage === stage ? position < first.position : first.before.has(stage)));
}

/** The stages that are done when a command runs: what it and those before it in its stage are built upon and read. */
function stagesBefore(stages: readonly Stage[], index: number, position: number): ReadonlySet<number> {
  const { baseStage, commands, references } = stages[index]!;
  const done = new Set<number>(baseStage === undefined ? [] : [baseStage]);
  const earlier = new Set(commands.slice(0, position + 1));
  for (const { command, stage } of references) if (stage !== undefined && earlier.has(command)) done.add(stage);
  // a Set gives what is added while it is walked
  for (const before of done) for (const need of certainNeedsOf(stages[before]!)) done.add(need);
  return done;
}

function isSource(command: Command, instruction: Instruction, sources: ReadonlySet<Instruction>): boolean {
  return command.known === "RUN" && sources.has(instruction);
}

function walkStage(stage: Stage, spread: Spread): void {
  let files = taintOfBase(stage, spread);
  const references = Map.groupBy(stage.references, (reference) => reference.command);
  const commands = stage.commands.map((command, position) => {
    const isRun = command.command.known === "RUN";
    const ids = isRun ? cacheIds(command.command, spread.followed, stage.index, position) : [];
    const why =
      (isSource(command.command, command.instruction, spread.sources) ? "the step itself" : undefined) ??
      (isRun ? files : undefined) ??
      taintOfReferences(references.get(command) ?? [], spread) ??
      (spread.isEarlier(stage.index, position) ? undefined : taintOfCaches(ids, stage.index, position, spread.caches));
    if (why === undefined) return undefined;
    for (const id of ids) addCache(spread.caches, id, stage.index, position);
    files ??= `it runs on the files that line ${command.instruction.line} left`;
    return why;
  });
  spread.taint.commands[stage.index] = commands;
  spread.taint.ends[stage.index] = files;
}

function taintOfBase(stage: Stage, { followed, taint }: Spread): string | undefined {
  if (stage.baseStage !== undefined) {
    return taint.ends[stage.baseStage] && `it is built upon ${nameOf(followed.stages[stage.baseStage]!)}`;
  }
  if (stage.base.kind !== "unknown") return undefined;
  const perhaps = followed.stages.find(({ index, name }) => index < stage.index && name && taint.ends[index]);
  return perhaps && `it may be built upon ${nameOf(perhaps)}: ${stage.base.why}`;
}

function taintOfReferences(references: readonly Reference[], { followed, taint }: Spread): string | undefined {
  for (const { kind, stage } of references) {
    if (stage === undefined || taint.ends[stage] === undefined) continue;
    return `it ${kind === "copy" ? "copies from" : "mounts"} ${nameOf(followed.stages[stage]!)}`;
  }
  return undefined;
}

function nameOf(stage: Stage): string {
  return `the stage ${stage.name ?? stage.index}`;
}

// An id that is not known may be any.
const ANY_CACHE = "";

function cacheIds(run: Command, followed: FollowedStages, stage: number, position: number): string[] {
  if (!run.flags.some((flag) => flag.name === "mount")) return [];
  const { expand } = followed.before(stage, position);
  return mountsOf(run, expand).flatMap((mount) => {
    if (mount.unresolved.length > 0) return [ANY_CACHE];
    if (mount.type !== "cache") return [];
    return [mount.id || posix.normalize(mount.target ?? ANY_CACHE).replace(/(.)\/$/, "$1")];
  });
}

function taintOfCaches(ids: readonly string[], stage: number, position: number, caches: Caches): string | undefined {
  for (const id of ids) {
    const known = id === ANY_CACHE ? [...caches.firstByStage.keys()] : [id, ANY_CACHE];
    const shared = known.find((other) => {
      const firsts = caches.firstByStage.get(other);
      // in its own stage, a command before the first that taints it sees nothing of it
      return firsts !== undefined && (firsts.size > 1 || !firsts.has(stage) || firsts.get(stage)! < position);
    });
    if (shared !== undefined)
      return shared === ANY_CACHE ? "it may share a cache mount" : `it shares the cache ${shared}`;
  }
  return undefined;
}

function addCache(caches: Caches, id: string, stage: number, position: number): void {
  const firsts = caches.firstByStage.get(id) ?? new Map<number, number>();
  caches.firstByStage.set(id, firsts);
  if ((firsts.get(stage) ?? Number.POSITIVE_INFINITY) <= position) return;
  firsts.set(stage, position);
  caches.grown = true;
}
