import type { Shows } from "./command-sign.ts";
import { doesWrite, removedFolder, writesOwnFile } from "./own-writes.ts";
import { inFolder, isOwnId, plainPath, text } from "./placement.ts";
import type { Content, NeedsEnvMounts, RecipeMount, Surroundings } from "./recipe.ts";

/**
 * Why a file cannot lie at its consumer's own place in this step: one clause. `unseen`: what a variable says is not known;
 * `assigned`: the step's own commands set it, to no place that is known; `kept`: a mount of the step's own is in the way;
 * `written`, `removed`: the step does that to the place.
 */
export type Unfit = {
  readonly unfit: string;
  readonly cause?: "unseen" | "assigned" | "kept" | "written" | "removed";
};

/** Where a consumer looks for a file by itself. */
export type OwnPlace = {
  /** Below the home folder: `.npmrc`, or a path that `configPath` gave. */
  readonly path: string;
  /** The home folder by the options. */
  readonly home: string | undefined;
  /** Where the step's own variable says that the file is: see `namedBy`. */
  readonly named?: string | Unfit | undefined;
  /** How a path ends that is this file in whichever folder; left out where it is no file. */
  readonly end?: string;
  /** What writes the file beside the step's shell: `cargo login`. */
  readonly writes?: Shows | undefined;
  /** What else is against it. */
  readonly unfit?: string | undefined;
};

/** A file that a consumer reads below the home folder, and how it is told of one elsewhere. */
export type HomeFile = OwnPlace & {
  readonly id: string;
  readonly content: Content;
  /** Where the file lies, and what the variable then says, when it cannot lie at its own place. */
  readonly elsewhere: { readonly variable: string; readonly target: string; readonly value: string };
};

export type Laid = {
  readonly form: string;
  readonly why: string;
  readonly mounts: readonly RecipeMount[];
  readonly notices: readonly string[];
};

/** The file at the place where its consumer looks for it by itself, else with a variable that names its place. */
export function layFile(step: Surroundings, wanted: HomeFile): Laid | NeedsEnvMounts {
  const { id, content, elsewhere, home } = wanted;
  const named = home === undefined ? wanted.named : unlessUnseen(wanted.named);
  const { place, notices } = placeToTell(step, { ...wanted, named }, { id, variable: elsewhere.variable });
  if ("at" in place) {
    const why =
      typeof named === "string" ? "a variable of the step names its place" : "it is read there without any variable";
    return { form: "files", why, mounts: [{ kind: "file", id, content, target: place.at }], notices };
  }
  if (!step.envMounts) return { needs: "env-mounts", why: place.unfit };
  return {
    form: "files",
    why: `its path as a variable, for ${place.unfit}`,
    mounts: [
      { kind: "file", id, content, target: elsewhere.target },
      text(`${id}-path`, elsewhere.variable, () => elsewhere.value),
    ],
    notices,
  };
}

type Place = { readonly at: string } | Unfit;

/**
 * The consumer's own place where a variable would name another one, and what is to be said of it. A variable that the
 * step sets by itself cannot be given: with what is not known in it, or the path of the step's own mount, the file lies
 * where it would without.
 */
export function placeToTell(
  step: Surroundings,
  wanted: OwnPlace,
  { id, variable }: { readonly id: string; readonly variable: string },
): { readonly place: Place; readonly notices: readonly string[] } {
  const isSet = sets(step, variable);
  const isIdle = isSet && (isOf(wanted.named, "assigned") || hasOwnMount(step, wanted.named, id));
  const place = placeOf(step, isIdle ? { ...wanted, named: undefined } : wanted);
  const isLaid = "at" in place;
  return {
    place,
    notices: [
      ...(isSet && (isIdle || !isLaid) ? [ownVariable(variable)] : []),
      ...(isSet || isLaid ? [] : replacedNotices(step, wanted, variable)),
    ],
  };
}

function hasOwnMount(step: Surroundings, named: OwnPlace["named"], ownId: string): boolean {
  const there = typeof named === "string" ? step.mountAt?.(named) : undefined;
  return there !== undefined && !isOwnId(there, ownId);
}

/** A variable that a command of the step sets goes before one that a mount gives. */
export const ownVariable = (variable: string): string =>
  `the step sets ${variable} by itself, and the recipe's file is read only where that names it: take it out of the step`;

function replacedNotices(step: Surroundings, wanted: OwnPlace, variable: string): string[] {
  const at = wantedPath(step, wanted);
  return wanted.unfit === undefined && isWritten(step, wanted, at)
    ? [
        `the step writes ${at ?? `~/${wanted.path}`} itself, which is not read where ${variable} names the recipe's file: name what stands in it in the options, or leave the recipe out of that step`,
      ]
    : [];
}

/** The consumer's own place, or why no mount may lie there. */
export function placeOf(step: Surroundings, wanted: OwnPlace): Place {
  if (step.container) return { unfit: homeUnknown(step) };
  if (wanted.unfit !== undefined) return { unfit: wanted.unfit };
  const { named, home } = wanted;
  if (named !== undefined && step.user !== "root") return { unfit: homeUnknown(step) };
  if (typeof named === "object") return named;
  const at = wantedPath(step, wanted);
  if (at === undefined) return { unfit: homeUnknown(step) };
  if (named === undefined && home === undefined && setsHome(step)) {
    return { unfit: "the step sets HOME by itself (set `options: { home: … }`)", cause: "assigned" };
  }
  if (!plainPath.test(at)) return { unfit: "its place is no absolute path of plain characters" };
  const folder = step.keptUnder?.(at);
  if (folder !== undefined) {
    return { unfit: `the step's mount at ${folder} would keep an empty file in its place`, cause: "kept" };
  }
  if (isWritten(step, wanted, at)) return { unfit: `the step writes ${at} itself`, cause: "written" };
  const removed = step.placesUnasked ? undefined : removedFolder(step, at, homesOf(step, home));
  return removed === undefined ? { at } : { unfit: `the step removes ${removed}`, cause: "removed" };
}

/** Whether the step itself removes a folder where a consumer keeps things: one of `~/` where the home is not known. */
export function isRemoved(step: Surroundings, place: Place, folder: string): boolean {
  if ("cause" in place && place.cause === "removed") return true;
  return [homesOf(step), []].some((homes) => removedFolder(step, folder, homes) !== undefined);
}

/** The same where it does not matter why there is none. */
export function placeInHome(step: Surroundings, home: string | undefined, path: string): string | undefined {
  const place = placeOf(step, { home, path });
  return "at" in place ? place.at : undefined;
}

function wantedPath(step: Surroundings, wanted: OwnPlace): string | undefined {
  return typeof wanted.named === "string" ? wanted.named : belowHome(step, wanted);
}

/** A folder that is missing on the way would be made as root's: so it is root's home, or a named one and the file right in it. */
function belowHome(
  { user, home: known }: Surroundings,
  { home = user === "root" ? known : undefined, path }: OwnPlace,
): string | undefined {
  return home === undefined || (user !== "root" && path.includes("/")) ? undefined : inFolder(home, path);
}

function isWritten(step: Surroundings, { end, writes, home }: OwnPlace, at: string | undefined): boolean {
  if (step.placesUnasked) return false;
  if (writes !== undefined && doesWrite(step, writes)) return true;
  return end !== undefined && writesOwnFile(step, { at, end, homes: homesOf(step, home) });
}

/** What `~` may be in the step: its own home, or the one that the consumer goes by. */
function homesOf(step: Surroundings, home?: string): string[] {
  return [...new Set([step.home, home?.replace(/(?<=.)\/+$/, "")].filter((one) => one !== undefined))];
}

/** Be it for one command alone: elsewhere the file is read by all of them. */
function setsHome(step: Surroundings): boolean {
  return sets(step, "HOME") && ownValue(step, "HOME") !== step.home;
}

/** Whether the step's own commands set the variable: written empty, it is only taken away. */
export function sets(step: Surroundings, variable: string): boolean {
  const own = ownValue(step, variable);
  return own !== undefined && own !== "";
}

/** What the step's own commands set; null: to what is not known. */
function ownValue(step: Surroundings, variable: string): string | null | undefined {
  const own = step.placesUnasked ? undefined : step.assigned(variable);
  return typeof own === "string" ? own.replace(/^~(?=\/)/, () => step.home ?? "~") : own;
}

/** Why files at places under the home folder cannot be: one clause. */
function homeUnknown({ user, container }: Surroundings): string {
  if (container === true) return "in a container files lie under /run/secrets alone";
  if (user === "unknown") return "it is not known who the step's user is";
  return user === "root"
    ? "the home folder of the step's user is not known (set `options: { home: … }`)"
    : "the step's user is not root, and a mount would make the missing parents of its files root's";
}

/** Below the home folder, or where XDG_CONFIG_HOME of the step says (an empty or relative one does not count). */
export function configPath(step: Surroundings, path: string): { readonly path: string; readonly home?: string } {
  const base = ownValue(step, "XDG_CONFIG_HOME") ?? step.variable("XDG_CONFIG_HOME");
  return base?.startsWith("/") ? { home: base, path } : { path: `.config/${path}` };
}

/**
 * Where a variable of the step says that a file is, or the folder that `file` lies in; undefined: it is not set. Whether the
 * image sets it may be what nobody here can see; and a path may be relative to wherever the consumer is started.
 */
export function namedBy(step: Surroundings, variable: string, file?: string): string | Unfit | undefined {
  const own = ownValue(step, variable);
  if (own === null) return { unfit: `the step sets ${variable} by itself`, cause: "assigned" };
  if (own === undefined && step.isUnknown?.(variable)) {
    return { unfit: `it is not known what ${variable} says there`, cause: "unseen" };
  }
  const value = own ?? step.variable(variable);
  if (value === undefined || value === "") return undefined;
  if (!plainPath.test(value)) {
    const unfit = `${variable} of the step is no absolute path of plain characters`;
    return own === undefined ? { unfit } : { unfit, cause: "assigned" };
  }
  return file === undefined ? value : inFolder(value, file);
}

/** By the first of two variables that says anything; one that is not seen does not where the options name the home folder. */
export function namedByFirst(
  step: Surroundings,
  home: string | undefined,
  ...variables: readonly (readonly [variable: string, file?: string])[]
): OwnPlace["named"] {
  return variables
    .map(([variable, file]) => namedBy(step, variable, file))
    .map((named) => (home === undefined ? named : unlessUnseen(named)))
    .find((named) => named !== undefined);
}

/** For a file that is to lie at home all the same where it cannot be seen if the image names another place. */
export function unlessUnseen(named: OwnPlace["named"]): OwnPlace["named"] {
  return isOf(named, "unseen") ? undefined : named;
}

function isOf(named: OwnPlace["named"], cause: Unfit["cause"]): boolean {
  return typeof named === "object" && named.cause === cause;
}
