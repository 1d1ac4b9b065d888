import { holdsUnknown } from "./unknown.ts";

/**
 * The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}` as BuildKit has them: `?` is any
 * one character and `*` any number, neither crosses a newline; no brackets. Matched by walking the pattern over all
 * places at once, so that no pattern is slow in a surprising way.
 */
export type PatternResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly problem: string; readonly beyondUs: boolean };

type Element = { readonly kind: "one" } | { readonly kind: "many" } | { readonly kind: "this"; readonly text: string };

/** The value without its shortest (or `greedy`: longest) beginning that matches. */
export function dropPrefix(value: string, pattern: string, greedy: boolean): PatternResult {
  if (holdsUnknown(pattern)) return { ok: true, value: pattern };
  const elements = parsePattern([...pattern]);
  if (typeof elements === "string") return { ok: false, problem: elements, beyondUs: false };
  const characters = [...value];
  if (tooMuchWork(characters.length, elements.length)) return tooLong();
  const end = matchFrom(characters, 0, elements, greedy);
  return { ok: true, value: end === undefined ? value : characters.slice(end).join("") };
}

/** The value without its shortest (or `greedy`: longest) end that matches. */
export function dropSuffix(value: string, pattern: string, greedy: boolean): PatternResult {
  if (holdsUnknown(pattern)) return { ok: true, value: pattern };
  const reversed = dropPrefix([...value].reverse().join(""), reversePattern(pattern), greedy);
  return reversed.ok ? { ok: true, value: [...reversed.value].reverse().join("") } : reversed;
}

/** The value with its first match, or `all` of them, replaced; each match is as long as it can be. */
export function replaceMatches(value: string, pattern: string, replacement: string, all: boolean): PatternResult {
  if (holdsUnknown(pattern)) return { ok: true, value: pattern };
  const elements = parsePattern([...pattern]);
  if (typeof elements === "string") return { ok: false, problem: elements, beyondUs: false };
  const characters = [...value];
  if (tooMuchWork(characters.length * characters.length, elements.length)) return tooLong();
  // Go's ReplaceAllString expands `$1` and `${name}` in the replacement, ReplaceString does not
  if (all && replacement.includes("$")) return beyondUs("a $ in the replacement of a // substitution");
  const parts: string[] = [];
  let at = 0;
  let lastEnd = -1;
  while (at <= characters.length) {
    const end = matchFrom(characters, at, elements, true);
    // an empty match right after a match does not count
    if (end === undefined || (end === at && at === lastEnd)) {
      if (at < characters.length) parts.push(characters[at]!);
      at++;
      continue;
    }
    parts.push(replacement);
    if (!all) {
      at = end;
      break;
    }
    if (end === at && at < characters.length) parts.push(characters[at]!);
    lastEnd = end;
    at = end === at ? at + 1 : end;
  }
  parts.push(...characters.slice(at));
  return { ok: true, value: parts.join("") };
}

function beyondUs(problem: string): PatternResult {
  return { ok: false, problem, beyondUs: true };
}

function tooLong(): PatternResult {
  return beyondUs("a pattern too long to be worked out here");
}

const MOST_WORK = 2_000_000;

function tooMuchWork(places: number, elements: number): boolean {
  return places * elements > MOST_WORK;
}

/** Where a match that begins at `start` ends. */
function matchFrom(
  characters: readonly string[],
  start: number,
  elements: readonly Element[],
  longest: boolean,
): number | undefined {
  let ends = new Set([start]);
  for (const element of elements) {
    const next = new Set<number>();
    for (const end of ends) addEnds(next, characters, end, element);
    if (next.size === 0) return undefined;
    ends = next;
  }
  let best: number | undefined;
  for (const end of ends) {
    if (best === undefined || (longest ? end > best : end < best)) best = end;
  }
  return best;
}

function addEnds(ends: Set<number>, characters: readonly string[], from: number, element: Element): void {
  if (element.kind === "this") {
    if (characters[from] === element.text) ends.add(from + 1);
    return;
  }
  const anything = (at: number) => at < characters.length && characters[at] !== "\n";
  if (element.kind === "one") {
    if (anything(from)) ends.add(from + 1);
    return;
  }
  // all that follows an end that is there already was added with it
  for (let at = from; !ends.has(at); at++) {
    ends.add(at);
    if (!anything(at)) return;
  }
}

function parsePattern(characters: readonly string[]): Element[] | string {
  const elements: Element[] = [];
  for (let at = 0; at < characters.length; at++) {
    const ch = characters[at]!;
    if (ch === "*") elements.push({ kind: "many" });
    else if (ch === "?") elements.push({ kind: "one" });
    else if (ch !== "\\") elements.push({ kind: "this", text: ch });
    else {
      const escaped = characters[at + 1];
      if (escaped === "}" || escaped === "/") continue;
      if (escaped !== "*" && escaped !== "?" && escaped !== "\\") return `invalid escape '\\${escaped ?? ""}'`;
      elements.push({ kind: "this", text: escaped });
      at++;
    }
  }
  return elements;
}

// Reversed, but for escapes: a\*c → c\*a
function reversePattern(pattern: string): string {
  const tokens = pattern.match(/\\.|./gsu) ?? [];
  return tokens.reverse().join("");
}
