import { blank, blanked } from "./shared.ts";
import { kindOf, looksRandom, shortestWordBytes, type WordKind } from "./word.ts";

/** Where in a text something stands. */
export type Range = { readonly start: number; readonly end: number };

/** What stands between blanks and quotes. */
const chunk = new RegExp(`[^\\s"'\`<>${blank}]+`, "g");
const word = /[A-Za-z\d]+(?:[-_]+[A-Za-z\d]+)*/g;
/** `name=`, `name:`, `"name":`, before a value. */
const name = /(?<=^|[\s"'`<>;:&,?{]-{0,2})[A-Za-z_][\w.-]{0,200}(?:=(?!=|$)|(?=\\*["']?\s*:(?:[\s"'{[\\]|$)))/gm;
/** What an address, a path, a type's name is written with, but for the words of it. */
const addressed = /^[\w.\-/:@,;?&%+=(){}[\]\\]*[./:@][\w.\-/:@,;?&%+=(){}[\]\\]*$/;
const password = /:[^/@:]+@/;

/** `https://user:word@host`: what is no password, nor a user who is a token. */
const host =
  /\b[a-z][a-z\d+.-]{0,30}:\/\/([^\s/@:"'`<>]{0,4096}:)?([^\s/"'`<>]{1,4096})@[\w.-]{1,253}(?=[\s/:?#"'`<>]|$)/gi;

type Word = Range & { readonly kind: WordKind };

/** A text with blanks for the names of settings, and for the hosts of addresses that log in. */
export function withoutNames(text: string): string {
  return text
    .replace(host, (found, user = "", own: string) => {
      const login = kindOf(user.slice(0, -1)) === "random" ? user + own : own;
      const start = found.lastIndexOf(`${login}@`);
      return blanked(found.slice(0, start)) + login + blanked(found.slice(start + login.length));
    })
    .replace(name, (found) => (kindOf(found.replace(/=$/, "")) === "written" ? blanked(found) : found));
}

/**
 * Where a text is random: words that are, with what cannot be told between them, and over the ends of lines; not addresses, types,
 * keywords, which stand in other texts too.
 */
export function randomStretches(text: string): Range[] {
  const found: { start: number; end: number }[] = [];
  for (const { 0: one, index } of text.matchAll(chunk)) {
    for (const { start, end } of stretchesOf(one)) {
      const last = found.at(-1);
      if (last !== undefined && isJoint(text.slice(last.end, index + start))) last.end = index + end;
      else found.push({ start: index + start, end: index + end });
    }
  }
  return found.map((range) => withShortLines(text, range));
}

function isJoint(between: string): boolean {
  return /^\s*$/.test(between) || (between.length <= 3 && !between.includes(blank) && !/[A-Za-z\d]/.test(between));
}

/** Of base64 in lines the first and the last one may be too short to be told. */
function withShortLines(text: string, { start, end }: Range): Range {
  const before = /[\w+/=-]{1,15}\r?\n[ \t]*$/.exec(text.slice(Math.max(0, start - 80), start));
  const after = /^\r?\n[ \t]*[\w+/=-]{1,15}(?=\s*(?:\n|\uffff|$))/.exec(text.slice(end, end + 80));
  return {
    start: isWholeLine(text, start) ? start - (before?.[0].length ?? 0) : start,
    end: isWholeLine(text, end - 1) ? end + (after?.[0].length ?? 0) : end,
  };
}

/** No program wraps base64 into longer lines. */
const longestWrapped = 200;

/** Whether a line is of one word, as those of base64 are. */
function isWholeLine(text: string, at: number): boolean {
  const around = text.slice(Math.max(0, at - longestWrapped), at + longestWrapped);
  const line = around.slice(around.lastIndexOf("\n", Math.min(at, longestWrapped)) + 1).split("\n", 1)[0]!;
  return /^[\w+/=-]+$/.test(line.trim());
}

/** What is left of it between the addresses and paths in it, where that is random. */
function stretchesOf(one: string): Range[] {
  const words = wordsOf(one);
  const isRandom = (range: Range) => inside(words, range).some(({ kind }) => kind === "random");
  if (!isRandom({ start: 0, end: one.length })) return isJumbled(one) ? [{ start: 0, end: one.length }] : [];
  const paths = pathsIn(one, words);
  const ends = [...paths.map(({ start }) => start), one.length];
  return ends.map((end, at) => ({ start: paths[at - 1]?.end ?? 0, end })).filter(isRandom);
}

/** What is shorter has to be made of letters of both cases, and hardly of words. */
const shortestJumble = 24;

/** Whether letters, digits and signs are in no order: a password. In 7 of 10 places of one its class changes, of an address in 3. */
function isJumbled(one: string): boolean {
  if (one.length < 2 * shortestWordBytes || !looksRandom(one) || changesIn(one) < 0.45) return false;
  // `x86_64-linux-gnu-gcc`, `AppleWebKit/537.36`
  if (one.length < shortestJumble && !(share(wordsOf(one)) < 0.5 && /[a-z]/.test(one) && /[A-Z]/.test(one)))
    return false;
  // a file's name with its version changes as often
  return share(wordsOf(one)) < 0.8 || /^[\w+=-]+$/.test(one);
}

/** In how much of its places a small letter, a capital one, a digit, a sign is followed by another of them. */
function changesIn(one: string): number {
  const classes = one
    .replace(/[a-z]/g, "a")
    .replace(/[A-Z]/g, "A")
    .replace(/\d/g, "0")
    .replace(/[^aA0]/g, ".");
  return (classes.match(/(.)(?!\1|$)/g) ?? []).length / (one.length - 1);
}

/** Whether there is a path, a host, a type's name in a word. */
export function holdsPath(one: string): boolean {
  return pathsIn(one, wordsOf(one)).length > 0;
}

/** In a word with something random in it: long enough to be whole windows of their own. */
function pathsIn(one: string, words: readonly Word[]): Range[] {
  return runsOf(words).filter((run) => {
    const text = one.slice(run.start, run.end);
    const own = inside(words, run);
    return (
      text.length >= shortestPath && share(own) >= 0.6 && changesIn(text) <= 0.4 && isSpelled(text, own.length, one)
    );
  });
}

const shortestPath = 12;

/** In base64 a few words may be by chance, which are in small letters alone where it is none. */
function isSpelled(text: string, words: number, around: string): boolean {
  if (words === 1) return /^[A-Z]?[a-z_-]+$/.test(text);
  return /[.:@]/.test(around) || /^[a-z\d/_-]+$/.test(text);
}

/** Those of the words, which are in the order of the text, that lie within. */
function inside(words: readonly Word[], { start, end }: Range): readonly Word[] {
  const first = firstFrom(words, start);
  return words.slice(first, firstFrom(words, end)).filter((each) => each.end <= end);
}

function firstFrom(words: readonly Word[], place: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (words[middle]!.start < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Words in a row that are not random, from a written one to a written one. */
function runsOf(words: readonly Word[]): Range[] {
  const rows: Word[][] = [[]];
  for (const each of words) {
    if (each.kind === "random") rows.push([]);
    else if (each.kind === "written") rows.at(-1)!.push(each);
  }
  return rows.filter((row) => row.length > 0).map((row) => ({ start: row[0]!.start, end: row.at(-1)!.end }));
}

function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(word), ({ 0: one, index }) => ({
    start: index,
    end: index + one.length,
    kind: kindOf(one),
  }));
}

/** How much of these words is written. */
function share(words: readonly Word[]): number {
  const bytes = (of: readonly Word[]) => of.reduce((sum, { start, end }) => sum + end - start, 0);
  return bytes(words.filter(({ kind }) => kind === "written")) / Math.max(1, bytes(words));
}

/** Whether there is a word in a text that is no everyday one, nor a part of an address or a type's name. */
export function holdsSecretWord(text: string): boolean {
  return Array.from(text.matchAll(chunk), ([one]) => one).some(
    (one) => one.split(/[(){}[\],;:]+/).some(looksRandom) && !isName(one),
  );
}

function isName(one: string): boolean {
  const words = wordsOf(one);
  if (words.some(({ kind }) => kind === "random") || password.test(one)) return false;
  return addressed.test(one) && share(words) >= 0.5;
}
