import type { Shows } from "./command-sign.ts";
import type { Surroundings } from "./recipe.ts";

/** Whether the step runs what would write into a file that a recipe mounts: a mount of a secret cannot be written to. */
export function doesWrite(step: Surroundings, shows: Shows): boolean {
  return step.ran !== undefined && shows(step.ran());
}

/**
 * Whether its shell writes a file that ends so, in a folder that is no part of the project: `>> ~/.netrc`,
 * `tee -a /root/.netrc`, `cp netrc ~/.netrc`, `mv .netrc ~`.
 */
export function writesTo(path: string): Shows {
  const end = `/${path}`;
  const name = nameOf(path);
  const isIt = (word: string): boolean => /^[~$/{@<]/.test(word) && word.endsWith(end);
  return ({ text }) =>
    text
      .replaceAll(/&?>[>|&]*/g, " > ")
      .split(/[;&|\n]/)
      .some((part) => part.includes(name) && writes(wordsOf(part), name, isIt));
}

/** A `>` is a word too. */
function wordsOf(part: string): string[] {
  return part
    .replaceAll(/["'`()\]]/g, "")
    .split(/\s+/)
    .filter(Boolean);
}

function writes(words: readonly string[], name: string, isIt: (word: string) => boolean): boolean {
  if (words.some((word, at) => words[at - 1] === ">" && isIt(word))) return true;
  const tees = words.indexOf("tee");
  if (tees >= 0 && words.slice(tees).some(isIt)) return true;
  if (!words.some((word) => /^(?:cp|mv|install|ln|rsync)$/.test(word))) return false;
  const place = words.at(-1) ?? "";
  if (isIt(place)) return true;
  return (
    homeFolder.test(place) &&
    isIt(`${place.replace(/\/$/, "")}/${name}`) &&
    words.slice(1, -1).some((word) => nameOf(word) === name)
  );
}

const homeFolder = /^(?:~|\$\{?HOME\b\}?|\/root|\/home\/[^/]+)(?:\/|$)/;

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export function writeNotices(step: Surroundings, shows: Shows, notice: string): string[] {
  return doesWrite(step, shows) ? [notice] : [];
}

/** One of them is enough. */
export function either(...signs: readonly Shows[]): Shows {
  return (ran) => signs.some((shows) => shows(ran));
}
