import { createPathPattern } from "../dockerfile/path-pattern.ts";
import type { Call } from "./call.ts";
import type { Shows } from "./command-sign.ts";
import type { Surroundings } from "./recipe.ts";

/** Whether the step runs what would write into a file that a recipe mounts: a mount of a secret cannot be written to. */
export function doesWrite(step: Surroundings, shows: Shows): boolean {
  return step.ran !== undefined && shows(step.ran());
}

/**
 * Whether its shell writes a file that ends so, in a folder that is no part of the project: `>> ~/.netrc`,
 * `tee -a /root/.netrc`, `cp netrc ~/.netrc`, `mv .netrc ~`, `chmod 600 ~/.netrc`.
 */
export function writesTo(end: string): Shows {
  return writesFile((word) => isOutside(word) && word.endsWith(`/${end}`), nameOf(end));
}

/** A file in the home folder or wherever a variable says. */
export type OwnFile = {
  /** Where it lies, as far as that is known. */
  readonly at: string | undefined;
  /** How a path ends that is this file, where the folder before it is not known. */
  readonly end: string;
  /** What the home folder is, as far as it is known. */
  readonly homes: readonly string[];
};

/** The same for one file: a path that is known to be another one's is not meant, one that is not known only may be it. */
export function writesOwnFile(step: Surroundings, { at, end, homes }: OwnFile): "surely" | "maybe" | undefined {
  const writesAny = (isIt: (path: string) => boolean): boolean =>
    doesWrite(
      step,
      writesFile((word) => expanded(word, step, homes).some(isIt), nameOf(at ?? end)),
    );
  const ends = (path: string): boolean => path.endsWith(`/${end}`);
  if (writesAny((path) => (at === undefined ? isAtHome(path) && ends(path) : path === at))) return "surely";
  return writesAny((path) => !path.startsWith("/") && isOutside(path) && ends(path)) ? "maybe" : undefined;
}

/** What a step does to all that lies in a folder; of what is mounted there it cannot, and ends with an error. */
export type Sweep = (call: Call) => boolean;

export const removes: Sweep = ({ program }) => program === "rm";

export const changes: Sweep = ({ program, arguments: words }) =>
  /^ch(?:mod|own|grp)$/.test(program) && words.some((word) => /^-[A-Za-z]*R|^--recursive$/.test(word));

/** The place, or the folder above it, that a sweep of the step's takes in. */
export function sweptFolder(
  step: Surroundings,
  sweep: Sweep,
  at: string,
  homes: readonly string[],
): string | undefined {
  const words = (step.ran?.().calls ?? []).filter(sweep).flatMap((call) => call.arguments);
  const patterns = words.flatMap((word) => expanded(word.replace(/(?<=.)\/+$/, ""), step, homes));
  const folders = at.split("/").map((_, level, parts) => parts.slice(0, parts.length - level).join("/"));
  return folders.find((folder) => folder !== "" && patterns.some((pattern) => isOneOf(pattern, folder)));
}

/** As a shell takes a pattern in the last part of a path: what begins with a dot has to be named so; `[!x]` is all but `x`. */
function isOneOf(word: string, path: string): boolean {
  if (word === path) return true;
  const pattern = word.replaceAll("[!", "[^");
  const [name, fits] = [nameOf(path), nameOf(pattern)];
  return (
    /[*?[]/.test(fits) &&
    pattern.slice(0, -fits.length) === path.slice(0, -name.length) &&
    name.startsWith(".") === fits.startsWith(".") &&
    createPathPattern(fits)(name)
  );
}

/** With what is known of the step's variables; the rest stays as written. The folder that it runs in is the project's. */
function expanded(word: string, step: Surroundings, homes: readonly string[]): string[] {
  const valueIn = (name: string): string | null | undefined => {
    if (name === "HOME") return "~";
    if (name === "PWD") return ".";
    const own = step.assigned(name);
    return own === undefined ? step.variable(name) : own;
  };
  // `$pwd` is what `wordsOf` leaves of `$(pwd)`
  const inProject = word.replace(/^(?:\$\(pwd\)|`pwd`|\$pwd\b)/, ".");
  const path = inProject.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (written, braced, bare) => valueIn(braced ?? bare) || written,
  );
  return homes.length > 0 && /^~(?:\/|$)/.test(path) ? homes.map((home) => `${home}${path.slice(1)}`) : [path];
}

function writesFile(isIt: (word: string) => boolean, name: string): Shows {
  return ({ text, calls }) => redirects(text, isIt) || calls.some((call) => writes(call, isIt, name));
}

function redirects(text: string, isIt: (word: string) => boolean): boolean {
  if (!text.includes(">")) return false;
  return text
    .replaceAll(/&?>[>|&]*/g, " > ")
    .split(/[;&|\n]/)
    .some((part) => part.includes(">") && wordsOf(part).some((word, at, all) => all[at - 1] === ">" && isIt(word)));
}

/** A `>` is a word too. */
function wordsOf(part: string): string[] {
  return part
    .replaceAll(/["'`()\]]/g, "")
    .split(/\s+/)
    .filter(Boolean);
}

function writes({ program, arguments: words }: Call, isIt: (word: string) => boolean, name: string): boolean {
  if (/^(?:tee|touch|chmod|chown|chgrp)$/.test(program)) return words.some(isIt);
  if (program === "sed") return words.some((word) => /^(?:-[A-Za-z]*i|--in-place)/.test(word)) && words.some(isIt);
  if (program === "curl" || program === "wget") return words.some((word, at) => isOutput(word, words[at - 1], isIt));
  // of other programs too: `aws s3 cp`, `gcloud storage cp`
  const copies = /^(?:cp|mv|rsync)$/;
  if (!/^(?:install|ln)$/.test(program) && !copies.test(program) && !words.some((word) => copies.test(word))) {
    return false;
  }
  const place = words.at(-1) ?? "";
  if (isIt(place)) return true;
  const isFolder = isAtHome(place) && words.slice(0, -1).some((word) => nameOf(word) === name);
  return isFolder && isIt(`${place.replace(/\/$/, "")}/${name}`);
}

/** `-o FILE`, `-sSLo FILE`, `--output FILE`, `-qO FILE`, `--output-document=FILE`. */
function isOutput(word: string, before: string | undefined, isIt: (word: string) => boolean): boolean {
  return isIt(word)
    ? /^(?:-[A-Za-z]*[oO]|--output(?:-document)?)$/.test(before ?? "")
    : word.startsWith("--output") && isIt(word.slice(word.indexOf("=") + 1));
}

/** Not relative to the project's folder, or filled in. */
const isOutside = (word: string): boolean => /^[~$/{@<]/.test(word);

const isAtHome = (path: string): boolean => /^(?:~|\$\{?HOME\b\}?|\/root|\/home\/[^/]+)(?:\/|$)/.test(path);

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export function writeNotices(step: Surroundings, shows: Shows, notice: string): string[] {
  return doesWrite(step, shows) ? [notice] : [];
}

/** One of them is enough. */
export function either(...signs: readonly Shows[]): Shows {
  return (ran) => signs.some((shows) => shows(ran));
}
