/**
 * The parts of a value: what is left of it without the blanks around it, which of its lines are as secret as the whole,
 * and which part of it nobody else's value shares.
 */
import { textOf } from "./encoding/writing.ts";
import { blank } from "./part/blank.ts";
import { documentsIn, withoutPacked } from "./part/packed.ts";
import { publicInDer } from "./part/public-half.ts";
import type { Range } from "./part/range.ts";
import { withoutNames, withoutPublicValues } from "./part/setting.ts";
import { isOfPublicKeys, withoutShared } from "./part/shared.ts";
import { holdsPath, holdsSecretWord, randomStretches } from "./part/stretch.ts";
import { looksRandom, shortestWordBytes } from "./part/word.ts";

/** Shorter than this, a line or a value could be any word of a log. */
export const shortestBytes = shortestWordBytes;

/** A run this long is found wherever it is cut out of a value: 18 bytes of it in base64, 12 in hex. */
export const shortestWindowBytes = 24;

/** Without the blanks around it, and without quotes around it unless too little would be left. Bytes that are no text have none. */
export function trimmed(value: Uint8Array): Uint8Array {
  if (textOf(value) === undefined) return value;
  const core = withoutEdges(value, isBlank);
  const bare = withoutEdges(core, (byte) => isBlank(byte) || byte === 0x22 || byte === 0x27 || byte === 0x60);
  return bare.byteLength >= shortestBytes ? bare : core;
}

function withoutEdges(value: Uint8Array, isEdge: (byte: number) => boolean): Uint8Array {
  let start = 0;
  let end = value.byteLength;
  while (start < end && isEdge(value[start]!)) {
    start++;
  }
  while (end > start && isEdge(value[end - 1]!)) {
    end--;
  }
  return value.subarray(start, end);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Whether a line of a value is as secret as the whole. */
export type IsSecretLine = (line: string) => boolean;

/** For a log, where too much is better than too little: whether anything in it is no everyday word. */
export const mayBeSecret: IsSecretLine = (line) =>
  line.split(/[\s"'`<>(){}[\],;:]+/).some((word) => looksRandom(assigned(word)));

/** `key=value` and `--flag=value`: the value counts, but base64 may end in `=`. */
const assigned = (word: string): string => (/=[^=]/.test(word) ? word.slice(word.indexOf("=") + 1) : word);

/** For a search, which has to be certain: not what stands in other texts too. But a line may be a word alone, or `user:word`. */
export const isSecretLine: IsSecretLine = (line) => {
  const told = named(line);
  const left = withoutNames(told);
  if (holdsSecretWord(left) || saysSecret(told)) return true;
  const bare = line.trim().replace(/^["'`]|["'`]$/g, "");
  // `[cache.s3]` goes before settings
  const isWord = !/[\s"'`<>=]|:\/\/|^\[.*\]$/.test(bare) && !left.includes(blank);
  return isWord && (looksRandom(bare) || looksRandom(bare.slice(bare.indexOf(":") + 1)));
};

/** Whether the name before a value says that it is secret, and the value is no everyday word. */
function saysSecret(told: string): boolean {
  const value = saidSecret.exec(told)?.[1] ?? blank;
  return !value.includes(blank) && looksRandom(value);
}

const saidSecret =
  /(?:pass|pwd|secret|token|key|auth(?!or)|cred)[\w.-]{0,200}["']?\s{0,20}[=:]>?\s{0,20}["']?([^\s"'/]{1,4096})["',;]*\s*$/i;

/**
 * Whether a value is of certificates and public keys alone, which are no secret: a bundle of authorities, known hosts. Not where
 * anything beside them could be one.
 */
export function isPublic(value: Uint8Array): boolean {
  if (value.byteLength > largestReadBytes || textOf(value) === undefined) return false;
  const text = latin(value);
  if (!isOfPublicKeys(text)) return false;
  return randomStretches(own(text)).length === 0 && secretLines(value, isSecretLine).length === 0;
}

/** The lines of a value with several that say by themselves that they are secret; numbers count from 1. */
export function secretLines(value: Uint8Array, isSecret: IsSecretLine): { line: Uint8Array; number: number }[] {
  if (!value.includes(0x0a) || textOf(value) === undefined) {
    return [];
  }
  const text = latin(value);
  const left = withoutShared(text);
  let start = 0;
  return text.split("\n").flatMap((line, index) => {
    // the last line of a certificate looks like any other random word
    const isOwn = !left.slice(start, start + line.length).includes(blank);
    start += line.length + 1;
    return isOwn && isSecret(line) ? [{ line: bytesOf(line.trim()), number: index + 1 }] : [];
  });
}

/** A part of a value that nobody else's value shares. */
export type Part = {
  readonly bytes: Uint8Array;
  /** Whether any run of some length can only come from this value, too. */
  readonly isRandom: boolean;
};

/** A random word is known by itself from this length on; a shorter one in its line. */
export const shortestTellingBytes = 16;
/** Where every byte is escaped, so much of a value makes a window. */
export const shortestWindowOfValue = 12;
/** A larger value, which BuildKit would not take, is not read for what in it is random: all of it counts. */
const largestReadBytes = 512 * 1024;

/**
 * The stretches of a value that are random, and those of its lines (of one line, its members) in which something else may be
 * secret. The whole mostly; of a JWT the signature alone (every token of an issuer begins alike), of a PEM what is between
 * its borders and not the same in every key of its kind, of an address what is neither host nor path.
 */
export function distinctParts(value: Uint8Array): Part[] {
  if (value.byteLength > largestReadBytes) return [{ bytes: value, isRandom: true }];
  if (textOf(value) === undefined) return partsOfBytes(value);
  const text = latin(value);
  if (isOneWord(text)) return looksRandom(text) ? [{ bytes: value, isRandom: true }] : [];
  const { stretches, members } = ownRanges(text);
  const [first] = stretches;
  if (first !== undefined && !/[A-Za-z\d]/.test(text.slice(0, first.start) + text.slice(first.end))) {
    return [{ bytes: value, isRandom: true }];
  }
  return [
    ...stretches.map(({ start, end }) => ({ bytes: bare(text.slice(start, end)), isRandom: true })),
    ...members.map(({ start, end }) => ({ bytes: bytesOf(text.slice(start, end)), isRandom: false })),
  ];
}

/** Of bytes that are no text nothing is a word; but a key in DER has a public half, too. */
function partsOfBytes(value: Uint8Array): Part[] {
  const [before, after] = publicInDer(Buffer.from(value));
  return [{ bytes: value.subarray(before?.end ?? 0, after?.start ?? value.byteLength), isRandom: true }];
}

/**
 * What of a text is of this value alone: what is random, and beside that its lines or members that are secret, and documents in
 * base64 in which nothing is random (a password of words is as secret there).
 */
function ownRanges(text: string): { readonly stretches: readonly Range[]; readonly members: readonly Range[] } {
  const told = named(text);
  const left = withoutNames(told);
  const stretches = randomStretches(left).filter(({ start, end }) => end - start >= shortestWindowOfValue);
  const known = stretches.filter(({ start, end }) => end - start >= shortestTellingBytes);
  const members = without(membersOf(text), known).filter(
    ({ start, end }) => holdsSecretWord(left.slice(start, end)) || saysSecret(told.slice(start, end)),
  );
  const documents = documentsIn(shownIn(text)).filter(({ document }) => !isPublic(Buffer.from(document, "latin1")));
  return { stretches, members: [...members, ...without(documents, stretches)] };
}

/** A password or a token by itself: no file, no address, no setting. */
function isOneWord(text: string): boolean {
  return !/[\s"'`<>]/.test(text) && !own(text).includes(blank) && !holdsPath(text);
}

/** What may be of this value alone. */
const own = (text: string, depth = 0): string => withoutNames(named(text, depth));

/** That, and the names of it. */
function named(text: string, depth = 0): string {
  const shown = shownIn(text);
  return depth === deepest ? shown : withoutPacked(shown, (document) => randomStretches(own(document, depth + 1)));
}

/** Documents within documents. */
const deepest = 4;

const shownIn = (text: string): string => withoutPublicValues(withoutShared(text));

/** Those that overlap none of the others; both are in the order of the text, and do not overlap among themselves. */
function without(ranges: readonly Range[], others: readonly Range[]): Range[] {
  let at = 0;
  return ranges.filter(({ start, end }) => {
    while (at < others.length && others[at]!.end <= start) at++;
    return at === others.length || others[at]!.start >= end;
  });
}

/** A short one counts as it is: without brackets and commas around it. */
function bare(text: string): Uint8Array {
  return bytesOf(text.length < shortestWindowBytes ? text.replace(/^[(){}[\],;:]+|[(){}[\],;:]+$/g, "") : text);
}

/** Lines; of a single one what stands between commas, semicolons and braces; the login of an address, with its host. */
function membersOf(text: string): Range[] {
  const member = text.includes("\n")
    ? /[^\n]+/g
    : /(?<=:\/\/)[^\s/@]*@[^\s/?]+|[^,;&{}?:/][^,;&{}?]*?(?=[,;&{}?]|:\/\/|$)/g;
  return Array.from(text.matchAll(member), ({ 0: found, index }) => ({ start: index, end: index + found.length }));
}

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const bytesOf = (text: string): Uint8Array => trimmed(Buffer.from(text, "latin1"));
