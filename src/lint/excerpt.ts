import { decode } from "../dockerfile/text.ts";
import type { FilePlace } from "../finding/finding.ts";
import type { Positions } from "./position.ts";
import type { Problem } from "./rule.ts";

/** A line of the file for people, without values. It begins at column `from` of the line (from 1). */
export type Excerpt = { readonly text: string; readonly from: number };

/** So much of a long line is kept: before the finding and in all, in UTF-16 units. */
const KEPT_BEFORE = 200;
const KEPT = 600;
/** Around it is looked at too, so that no value is cut in two and overlooked. */
const MARGIN = 300;

export type Excerpts = (place: FilePlace) => Excerpt;

/**
 * Shows lines of one file (one character a byte). Starred out, unit for unit so that columns hold, is what the problems
 * say to hide, and whatever else looks like a value.
 */
export function createExcerpts(text: string, positions: Positions, problems: readonly Problem[]): Excerpts {
  const hidden = joined(problems.flatMap(({ hide = [] }) => hide));
  let last: { readonly line: number; readonly text: string } | undefined;
  return ({ line, column }) => {
    if (last?.line !== line) {
      const { start, end } = positions.line(line);
      last = { line, text: hideRanges(text, start, end, hidden) };
    }
    const from = Math.max(0, Math.min(column - 1 - KEPT_BEFORE, last.text.length - KEPT));
    const margin = Math.max(0, from - MARGIN);
    const shown = hideLikely(last.text.slice(margin, from + KEPT + MARGIN));
    return { text: shown.slice(from - margin, from - margin + KEPT), from: from + 1 };
  };
}

type Range = { readonly start: number; readonly end: number };

/** In order, without overlap. */
function joined(ranges: readonly Range[]): Range[] {
  const all: { start: number; end: number }[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const before = all.at(-1);
    if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end);
    else all.push({ start, end });
  }
  return all;
}

function hideRanges(text: string, start: number, end: number, hidden: readonly Range[]): string {
  let low = 0;
  let high = hidden.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hidden[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  const parts: string[] = [];
  let at = start;
  for (; low < hidden.length && hidden[low]!.start < end; low++) {
    const from = Math.max(at, hidden[low]!.start);
    const to = Math.min(end, hidden[low]!.end);
    parts.push(decode(text.slice(at, from)), "*".repeat(decode(text.slice(from, to)).length));
    at = to;
  }
  return parts.join("") + decode(text.slice(at, end));
}

// a name that speaks of a credential, then the value behind = : or a blank; what follows the blank behind a variable that is
// used, or that a mount sets, is the command
const NAMED =
  /((?:passw(?:or)?d|passwd|pword|passphrase|secret|token|api_?key|access_?key|private_?key|credentials?)[\w-]{0,60}["']?(?:\s*[=:]\s*|(?<!(?:\$\{?|[, ]env=)[\w-]{0,60}["']?)\s+)["']?)([^\s"',;&|)]+)/gi;
// what a value is not: a variable, a template's, a path, a word of the language around, a line's end
const PLAIN =
  /^(?:\\$|\$|\{|\}\}|(?:id|type|src|env)=|<|%|@|~|\.{0,2}\/(?:run|etc|root|home|tmp|usr|var|opt|proc|dev)\b|[a-z]{1,12}$|\d{1,4}$|--)/;
const URL_CREDENTIALS = /(:\/\/[^/\s:@]*:)([^@\s/]+)(?=@)/g;
const TOKEN = /[A-Za-z0-9+/_=.-]{20,}/g;

/** Stars out what looks like a value in a line that is shown: the pattern is generous, as nobody needs it to be readable. */
export function hideLikely(line: string): string {
  return hideNamed(line)
    .replace(URL_CREDENTIALS, (all, before: string, value: string) =>
      /^[${]/.test(value) ? all : before + "*".repeat(value.length),
    )
    .replace(TOKEN, (word) => (isRandom(word) ? "*".repeat(word.length) : word));
}

function hideNamed(line: string): string {
  let shown = "";
  let at = 0;
  const named = new RegExp(NAMED);
  for (let match = named.exec(line); match !== null; match = named.exec(line)) {
    const [, name = "", value = ""] = match;
    const start = match.index + name.length;
    if (PLAIN.test(value)) {
      // it may be a name itself: `--token $TOKEN --password x`
      named.lastIndex = start;
      continue;
    }
    shown += line.slice(at, start) + "*".repeat(value.length);
    at = start + value.length;
  }
  return shown + line.slice(at);
}

const PREFIXES = /^(?:gh[opsur]_|github_pat_|glpat-|hf_|npm_|pypi-|xox[abeoprs]-|sk-|AKIA|ASIA|eyJ|AIza|dop_v1_)/;

/** Letters of both cases and digits mixed, or hexadecimal digits without a name before them, as no word or path has. */
function isRandom(word: string): boolean {
  if (PREFIXES.test(word)) return true;
  return (
    word.split(/[/.=_-]/).some((part) => {
      if (part.length < 20) return false;
      if (/^[0-9a-f]+$/i.test(part)) return part.length === 40 || part.length === 32;
      return /[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part);
    }) ||
    (word.length >= 32 && !word.includes(".") && changes(word) > word.length / 3)
  );
}

/** How often a word changes between lower case, upper case, digits and the rest. */
function changes(word: string): number {
  let count = 0;
  let last = "";
  for (const character of word) {
    const kind = /[a-z]/.test(character) ? "a" : /[A-Z]/.test(character) ? "A" : /\d/.test(character) ? "0" : "-";
    if (last !== "" && kind !== last) count++;
    last = kind;
  }
  return count;
}
