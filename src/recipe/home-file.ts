import { posix } from "node:path";
import type { Shows } from "./command-sign.ts";
import { changes, doesWrite, removes, sweptFolder, writesOwnFile } from "./own-writes.ts";
import { inFolder, isOwnId, plainPath, text } from "./placement.ts";
import type { Content, NeedsEnvMounts, RecipeMount, Surroundings } from "./recipe.ts";

/**
 * Why a file cannot lie at its consumer's own place in this step: one clause. `unseen`: what a variable says is not known;
 * `assigned`: the step's own commands set it; `kept`: a mount of the step's own is in the way;
 * `written`, `removed`, `changed`: the step does that to the place.
 */
export type Unfit = {
  readonly unfit: string;
  readonly cause?: "unseen" | "assigned" | "kept" | "written" | "removed" | "changed";
  /** What the step's own commands say of the place, as far as that is known, and what holds for those that say nothing. */
  readonly own?: { readonly says: string | undefined; readonly without: Named };
};

/** Where a variable says that a file is; undefined: none does. */
export type Named = string | Unfit | undefined;

/** Where a consumer looks for a file by itself. */
export type OwnPlace = {
  /** Below the home folder: `.npmrc`, or a path that `configPath` gave. */
  readonly path: string;
  /** The home folder by the options. */
  readonly home: string | undefined;
  /** Where the step's own variable says that the file is: see `namedBy`. */
  readonly named?: Named;
  /** How a path ends that is this file in whichever folder; left out where it is no file. */
  readonly end?: string;
  /** What lies there is a folder of memory, which can be changed. */
  readonly ofMemory?: true;
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
  readonly elsewhere: Elsewhere & { readonly value: string };
};

/** How a consumer is told of another place. */
export type Elsewhere = {
  readonly variable: string;
  readonly target: string;
  /** Who goes by the variable, where it is not all who read the file, and what shows that one runs who does not. */
  readonly readers?: { readonly names: string; readonly others: Shows };
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
  const { place, notices } = placeToTell(step, { ...wanted, named }, id, elsewhere);
  if ("at" in place) {
    const why = place.isNamed ? "a variable of the step names its place" : "it is read there without any variable";
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

type Place = { readonly at: string; readonly isNamed: boolean } | Unfit;

/**
 * The consumer's own place where a variable would name another one, and what is to be said of it. What the step's own
 * commands say of that variable may hold for one of them alone, and names what the author has there: so the file lies
 * where it would without, unless the recipe's mount is there already.
 */
export function placeToTell(
  step: Surroundings,
  wanted: OwnPlace,
  id: string,
  elsewhere: Elsewhere,
): { readonly place: Place; readonly notices: readonly string[] } {
  const { variable, target } = elsewhere;
  const isSet = sets(step, variable);
  const own = ownIn(wanted.named);
  const named = hasOurMount(step, own?.says, id) ? own?.says : own && isSet ? own.without : wanted.named;
  const place = own?.says === target ? { unfit: setsByItself(variable) } : placeOf(step, { ...wanted, named });
  const isLaid = "at" in place;
  const isTold = own !== undefined && own.says === (isLaid ? place.at : target);
  return {
    place,
    notices: [
      ...(isSet && !isTold && (own !== undefined || !isLaid) ? [ownVariable(variable)] : []),
      ...(isSet || isLaid ? [] : replacedNotices(step, wanted, elsewhere)),
    ],
  };
}

function hasOurMount(step: Surroundings, path: string | undefined, ownId: string): boolean {
  const there = path === undefined ? undefined : step.mountAt?.(path);
  return there !== undefined && isOwnId(there, ownId);
}

function ownIn(named: Named): Unfit["own"] {
  return typeof named === "object" ? named.own : undefined;
}

const setsByItself = (variable: string): string => `the step sets ${variable} by itself`;

/** A variable that a command of the step sets goes before one that a mount gives. */
export const ownVariable = (variable: string): string =>
  `the step sets ${variable} by itself, and the recipe's file is read only where that names it: take it out of the step`;

function replacedNotices(step: Surroundings, wanted: OwnPlace, { variable, readers }: Elsewhere): string[] {
  const at = wantedPath(step, wanted);
  if (wanted.unfit !== undefined || isWritten(step, wanted, at) !== "surely") return [];
  if (readers !== undefined && doesWrite(step, readers.others)) return [];
  const unread =
    readers === undefined
      ? `is not read where ${variable} names the recipe's file`
      : `${readers.names} do not read where ${variable} names the recipe's file`;
  return [
    `the step writes ${at ?? `~/${wanted.path}`} itself, which ${unread}: name what stands in it in the options, or leave the recipe out of that step`,
  ];
}

/** The consumer's own place, or why no mount may lie there. */
export function placeOf(step: Surroundings, wanted: OwnPlace): Place {
  if (step.container) return { unfit: homeUnknown(step) };
  if (wanted.unfit !== undefined) return { unfit: wanted.unfit };
  const { named, home } = wanted;
  if (named !== undefined && step.user !== "root") return { unfit: homeUnknown(step) };
  if (typeof named === "object") {
    const without = named.own && placeOf(step, { ...wanted, named: named.own.without });
    return without !== undefined && "at" in without && without.at === named.own?.says ? without : named;
  }
  const at = wantedPath(step, wanted);
  if (at === undefined) return { unfit: homeUnknown(step) };
  if (named === undefined && home === undefined && setsHome(step)) {
    return { unfit: "the step sets HOME by itself (set `options: { home: … }`)", cause: "assigned" };
  }
  if (!plainPath.test(at)) return { unfit: "its place is no absolute path of plain characters" };
  if (isOfSystem(at)) return { unfit: `${at} is the system's own` };
  const folder = step.keptUnder?.(at);
  if (folder !== undefined) {
    return { unfit: `the step's mount at ${folder} would keep an empty file in its place`, cause: "kept" };
  }
  const written = isWritten(step, wanted, at);
  if (written !== undefined) {
    return { unfit: `the step ${written === "surely" ? "writes" : "may write"} ${at} itself`, cause: "written" };
  }
  return unfitBySweep(step, wanted, at) ?? { at, isNamed: named !== undefined };
}

function unfitBySweep(step: Surroundings, { home, ofMemory }: OwnPlace, at: string): Unfit | undefined {
  if (step.placesUnasked) return undefined;
  const homes = homesOf(step, home);
  const removed = sweptFolder(step, removes, at, homes);
  if (removed !== undefined) return { unfit: `the step removes ${removed}`, cause: "removed" };
  const changed = ofMemory ? undefined : sweptFolder(step, changes, at, homes);
  if (changed === undefined) return undefined;
  return { unfit: `the step changes the mode or owner of all in ${changed}`, cause: "changed" };
}

/** Whether the step itself removes a folder where a consumer keeps things: one of `~/` where the home is not known. */
export function isRemoved(step: Surroundings, place: { readonly at: string } | Unfit, folder: string): boolean {
  if ("cause" in place && place.cause === "removed") return true;
  return [homesOf(step), []].some((homes) => sweptFolder(step, removes, folder, homes) !== undefined);
}

/** The same where it does not matter why there is none. */
export function placeInHome(step: Surroundings, wanted: OwnPlace): string | undefined {
  const place = placeOf(step, wanted);
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

function isWritten(step: Surroundings, { end, writes, home }: OwnPlace, at: string | undefined) {
  if (step.placesUnasked) return undefined;
  if (writes !== undefined && doesWrite(step, writes)) return "surely";
  return end === undefined ? undefined : writesOwnFile(step, { at, end, homes: homesOf(step, home) });
}

/** What is no file, or of the kernel: `/dev/null` says that there is to be none. */
function isOfSystem(path: string): boolean {
  return /^\/(?:dev|proc|sys)(?:\/|$)/.test(posix.normalize(path.replace(/^\/+/, "/")));
}

/** What `~` may be in the step: its own home, or the one that the consumer goes by. */
function homesOf(step: Surroundings, home?: string): string[] {
  return [...new Set([step.home, home?.replace(/(?<=.)\/+$/, "")].filter((one) => one !== undefined))];
}

/** Be it for one command alone: elsewhere the file is read by all of them. */
function setsHome(step: Surroundings): boolean {
  const own = ownValue(step, "HOME");
  return own !== undefined && own !== "" && own !== step.home;
}

/** Whether the step's own commands set the variable to what is theirs alone: written empty, it is only taken away. */
export function sets(step: Surroundings, variable: string): boolean {
  const own = ownValue(step, variable);
  return own !== undefined && own !== "" && !step.expandsItself?.(variable);
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
export function configPath(step: Surroundings, path: string): Pick<OwnPlace, "path" | "named"> & { home?: string } {
  const variable = "XDG_CONFIG_HOME";
  const own = ownValue(step, variable);
  const base = own === "" ? undefined : step.variable(variable);
  const place = base?.startsWith("/") ? { home: base, path } : { path: `.config/${path}` };
  // what is not known is mostly what holds anyhow: `$HOME/.config`
  return own?.startsWith("/") ? { ...place, named: assigned(variable, inFolder(own, path), undefined) } : place;
}

/**
 * Where a variable of the step says that a file is, or the folder that `file` lies in; undefined: it is not set. Whether the
 * image sets it may be what nobody here can see; and a path may be relative to wherever the consumer is started.
 */
export function namedBy(step: Surroundings, variable: string, file?: string): Named {
  const own = ownValue(step, variable);
  if (own === "") return undefined;
  const without = namedByDockerfile(step, variable, file);
  return own === undefined ? without : assigned(variable, own === null ? undefined : below(own, file), without);
}

function namedByDockerfile(step: Surroundings, variable: string, file: string | undefined): Named {
  if (step.isUnknown?.(variable)) return { unfit: `it is not known what ${variable} says there`, cause: "unseen" };
  const value = step.variable(variable);
  if (value === undefined || value === "") return undefined;
  return plainPath.test(value)
    ? below(value, file)
    : { unfit: `${variable} of the step is no absolute path of plain characters` };
}

const below = (path: string, file: string | undefined): string => (file === undefined ? path : inFolder(path, file));

function assigned(variable: string, says: string | undefined, without: Named): Unfit {
  return { unfit: setsByItself(variable), cause: "assigned", own: { says, without } };
}

/** By the first of two variables that says anything; one that is not seen does not where the options name the home folder. */
export function namedByFirst(
  step: Surroundings,
  home: string | undefined,
  ...variables: readonly (readonly [variable: string, file?: string])[]
): Named {
  const all = variables.map(([variable, file]) => namedBy(step, variable, file));
  return firstOf(home === undefined ? all : all.map(unlessUnseen));
}

/** The first that says anything; where that is the step's own commands, the next one holds without them. */
export function firstOf([first, ...rest]: readonly Named[]): Named {
  if (first === undefined) return rest.length === 0 ? undefined : firstOf(rest);
  const own = ownIn(first);
  if (typeof first === "string" || own === undefined || own.without !== undefined) return first;
  return { ...first, own: { ...own, without: firstOf(rest) } };
}

/** What is said of it, be it by the step's own commands. */
export function asSaid(named: Named): Named {
  return ownIn(named)?.says ?? named;
}

/** For a file that is to lie at home all the same where it cannot be seen if the image names another place. */
export function unlessUnseen(named: Named): Named {
  if (typeof named !== "object") return named;
  if (named.cause === "unseen") return undefined;
  return named.own === undefined
    ? named
    : { ...named, own: { ...named.own, without: unlessUnseen(named.own.without) } };
}
