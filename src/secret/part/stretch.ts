import { blank } from "./blank.ts";
import type { Range } from "./range.ts";
import { endsAsTypeName, kindOf, looksRandom, shortestWordBytes, type WordKind } from "./word.ts";

/** What stands between blanks and quotes. */
const chunk = new RegExp(`[^\\s"'\`<>${blank}]+`, "g");
const word = /[A-Za-z\d]+(?:[-_]+[A-Za-z\d]+)*/g;
/** What an address, a path, a type's name is written with, but for the words of it. */
const addressed = /^[\w.\-/:@,;?&%+=(){}[\]\\]*[./:@][\w.\-/:@,;?&%+=(){}[\]\\]*$/;
const password = /:[^/@:]+@/;

type Word = Range & { readonly kind: WordKind };

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
  const first = wholeLine(text, start);
  const last = wholeLine(text, end - 1);
  const before = first === "" ? null : /[\w+/=-]{1,15}\r?\n[ \t]*$/.exec(text.slice(Math.max(0, start - 80), start));
  const longest = last.length < shortestWrapped ? 15 : last.length;
  const after = new RegExp(`^\\r?\\n[ \\t]*[\\w+/=-]{1,${longest}}(?=\\s*(?:\\n|${blank}|$))`);
  const following = last === "" ? null : after.exec(text.slice(end, end + 2 * longestWrapped));
  return { start: start - (before?.[0].length ?? 0), end: end + (following?.[0].length ?? 0) };
}

/** Programs wrap base64 at 60 characters or more, and none into longer lines than this. */
const shortestWrapped = 60;
const longestWrapped = 200;

/** The line, if it is of one word, as those of base64 are. */
function wholeLine(text: string, at: number): string {
  const around = text.slice(Math.max(0, at - longestWrapped), at + longestWrapped);
  const line = around
    .slice(around.lastIndexOf("\n", Math.min(at, longestWrapped)) + 1)
    .split("\n", 1)[0]!
    .trim();
  return /^[\w+/=-]+$/.test(line) ? line : "";
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
  if (one.length < 2 * shortestWordBytes || !looksRandom(one) || !isMixed(one) || changesIn(one) < 0.45) return false;
  // `x86_64-linux-gnu-gcc`, `AppleWebKit/537.36`
  if (one.length < shortestJumble && !(share(wordsOf(one)) < 0.5 && /[a-z]/.test(one) && /[A-Z]/.test(one)))
    return false;
  // a file's name with its version changes as often
  return share(wordsOf(one)) < 0.8 || /^[\w+=-]+$/.test(one);
}

/** Letters of both cases and digits, or signs that are in no name, version, address or option. */
function isMixed(one: string): boolean {
  return (/[a-z]/.test(one) && /[A-Z]/.test(one) && /\d/.test(one)) || /[^\w\-./:=+,~@]/.test(one);
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
    kind: endsAsTypeName(one) && typePath.test(text.slice(Math.max(0, index - 64), index)) ? "written" : kindOf(one),
  }));
}

/** `org.hibernate.dialect.` */
const typePath = /(?:[a-z]{3,30}\.){2}$/;

/** How much of these words is written. */
function share(words: readonly Word[]): number {
  const bytes = (of: readonly Word[]) => of.reduce((sum, { start, end }) => sum + end - start, 0);
  return bytes(words.filter(({ kind }) => kind === "written")) / Math.max(1, bytes(words));
}

/** Whether there is a word in a text as people make up passwords: no everyday one, nor of an address or a type's name. */
export function holdsSecretWord(text: string): boolean {
  return Array.from(text.matchAll(chunk), ([one]) => one).some(
    (one) => one.split(/[(){}[\],;:]+/).some((each) => looksRandom(each) && isMixed(each)) && !isName(one),
  );
}

/** `-Xmx2048m`, `-XX:+UseG1GC`: Java's. Others have no letters of both cases with digits, but where a password is glued to them. */
const javaOption = /^-X(?:[a-z]{2,5}\d+[kmgt]?|X:[+-]?[A-Za-z]\w*(?:=[\w.-]+)?)$/i;

function isName(one: string): boolean {
  if (javaOption.test(one)) return true;
  const words = wordsOf(one);
  if (words.some(({ kind }) => kind === "random") || password.test(one)) return false;
  return addressed.test(one) && share(words) >= 0.5;
}
