import { dropPrefix, dropSuffix, replaceMatches } from "./shell-pattern.ts";
import { holdsUnknown } from "./unknown.ts";
import { isSpace } from "./white-space.ts";

/**
 * BuildKit's shell lexer (frontend/dockerfile/shell/lex.go): splits into words and expands variables, nearly as a
 * shell does. Where it is odd this is odd in the same way, for heredocs are found with it.
 */
export type LexerOptions = {
  readonly escape: "\\" | "`";
  readonly rawQuotes?: boolean;
  readonly rawEscapes?: boolean;
  readonly skipUnset?: boolean;
  /** A variable's value; undefined: not set. A value may hold a mark of something unknown (unknown.ts). */
  readonly lookup: (name: string) => string | undefined;
};

export type Lexed =
  | { readonly ok: true; readonly result: string; readonly words: readonly string[] }
  | { readonly ok: false; readonly problem: string; readonly beyondUs: boolean };

/**
 * Splits and expands decoded text. Not ok: BuildKit refuses it, and `problem` says what it says; or it is `beyondUs`,
 * and what BuildKit makes of it is not known.
 */
export function lex(source: string, options: LexerOptions): Lexed {
  const lexer: Lexer = {
    source,
    at: source.charCodeAt(0) === 0xfeff ? 1 : 0,
    escape: options.escape,
    rawQuotes: options.rawQuotes ?? false,
    skipUnset: options.skipUnset ?? false,
    lookup: options.lookup,
    rawEscapes: options.rawEscapes ?? false,
    buffer: "",
    depth: 0,
  };
  try {
    return { ok: true, ...readUntil(lexer, undefined, lexer.rawEscapes) };
  } catch (error) {
    if (error instanceof LexerProblem) return { ok: false, problem: error.message, beyondUs: error.beyondUs };
    throw error;
  }
}

class LexerProblem extends Error {
  readonly beyondUs: boolean;

  constructor(message: string, beyondUs = false) {
    super(message);
    this.beyondUs = beyondUs;
  }
}

type Lexer = {
  readonly source: string;
  readonly escape: string;
  readonly rawQuotes: boolean;
  readonly skipUnset: boolean;
  readonly lookup: (name: string) => string | undefined;
  at: number;
  rawEscapes: boolean;
  // The word being read. One for all levels, as in BuildKit: `a${x:-b}` forgets the `a` when it splits words.
  buffer: string;
  depth: number;
};

type Words = { readonly list: string[]; inWord: boolean };

// Deeper than anyone writes; BuildKit's stack grows, this one would not.
const DEEPEST = 200;

function readUntil(lexer: Lexer, stop: string | undefined, rawEscapes: boolean): { result: string; words: string[] } {
  if (++lexer.depth > DEEPEST) throw new LexerProblem(`substitutions nested more than ${DEEPEST} deep`, true);
  lexer.buffer = "";
  const words: Words = { list: [], inWord: false };
  const outerRawEscapes = lexer.rawEscapes;
  lexer.rawEscapes = rawEscapes;
  const parts: string[] = [];
  while (lexer.at < lexer.source.length) {
    const ch = lexer.source[lexer.at]!;
    if (ch === stop) {
      lexer.at++;
      return leave();
    }
    if (ch === "$") {
      const value = readDollar(lexer);
      parts.push(value);
      addString(lexer, words, value);
    } else if (ch === "<" || ch === "'" || ch === '"') {
      const value =
        ch === "<" ? readPossibleHeredoc(lexer) : ch === "'" ? readSingleQuote(lexer) : readDoubleQuote(lexer);
      parts.push(value);
      addRaw(lexer, words, value);
    } else if (ch === lexer.escape) {
      lexer.at++;
      if (lexer.rawEscapes) {
        addRaw(lexer, words, ch);
        parts.push(ch);
      }
      if (lexer.at === lexer.source.length) break;
      const escaped = nextCharacter(lexer);
      addRaw(lexer, words, escaped);
      parts.push(escaped);
    } else {
      const plain = readPlain(lexer, stop);
      parts.push(plain);
      addString(lexer, words, plain);
    }
  }
  if (stop !== undefined) throw new LexerProblem(`unexpected end of statement while looking for matching ${stop}`);
  return leave();

  function leave(): { result: string; words: string[] } {
    if (lexer.buffer !== "") words.list.push(lexer.buffer);
    lexer.buffer = "";
    lexer.rawEscapes = outerRawEscapes;
    lexer.depth--;
    return { result: parts.join(""), words: words.list };
  }
}

function readPlain(lexer: Lexer, stop: string | undefined): string {
  const start = lexer.at;
  const { source } = lexer;
  let at = start + 1;
  while (at < source.length) {
    const ch = source[at]!;
    if (ch === "$" || ch === "<" || ch === "'" || ch === '"' || ch === lexer.escape || ch === stop) break;
    at++;
  }
  lexer.at = at;
  return source.slice(start, at);
}

function addRaw(lexer: Lexer, words: Words, text: string): void {
  lexer.buffer += text;
  words.inWord = true;
}

function addString(lexer: Lexer, words: Words, text: string): void {
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const space = at < text.length && isSpace(text.charCodeAt(at));
    if (at < text.length && !space) continue;
    if (at > start) addRaw(lexer, words, text.slice(start, at));
    start = at + 1;
    if (space && words.inWord && lexer.buffer !== "") {
      words.list.push(lexer.buffer);
      lexer.buffer = "";
      words.inWord = false;
    }
  }
}

function nextCharacter(lexer: Lexer): string {
  const code = lexer.source.codePointAt(lexer.at)!;
  lexer.at += code > 0xffff ? 2 : 1;
  return String.fromCodePoint(code);
}

function readSingleQuote(lexer: Lexer): string {
  const end = lexer.source.indexOf("'", lexer.at + 1);
  if (end < 0) throw new LexerProblem("unexpected end of statement while looking for matching single-quote");
  const inner = lexer.source.slice(lexer.at + 1, end);
  lexer.at = end + 1;
  return lexer.rawQuotes ? `'${inner}'` : inner;
}

function readDoubleQuote(lexer: Lexer): string {
  const quote = lexer.rawQuotes ? '"' : "";
  const parts: string[] = [quote];
  lexer.at++;
  for (;;) {
    const ch = lexer.source[lexer.at];
    if (ch === undefined) {
      throw new LexerProblem("unexpected end of statement while looking for matching double-quote");
    }
    if (ch === '"') {
      lexer.at++;
      parts.push(quote);
      return parts.join("");
    }
    if (ch === "$") {
      parts.push(readDollar(lexer));
      continue;
    }
    lexer.at++;
    if (ch !== lexer.escape) {
      parts.push(ch);
      continue;
    }
    if (lexer.rawEscapes) parts.push(ch);
    const escaped = lexer.source[lexer.at];
    if (escaped === undefined) continue;
    if (escaped === '"' || escaped === "$" || escaped === lexer.escape) {
      lexer.at++;
      parts.push(escaped);
    } else {
      parts.push(ch);
    }
  }
}

// `<<` and the blanks after it belong to one word, so that `<< EOF` is found (since Dockerfile frontend 1.16)
function readPossibleHeredoc(lexer: Lexer): string {
  const start = lexer.at;
  lexer.at++;
  if (lexer.source[lexer.at] !== "<") return "<";
  lexer.at++;
  while (/[\t\r ]/.test(lexer.source.charAt(lexer.at))) lexer.at++;
  return lexer.source.slice(start, lexer.at);
}

function readDollar(lexer: Lexer): string {
  lexer.at++;
  if (lexer.source[lexer.at] !== "{") {
    const name = readName(lexer);
    if (name === "") return "$";
    const value = lexer.lookup(name);
    return value === undefined ? (lexer.skipUnset ? `$${name}` : "") : value;
  }
  lexer.at++;
  const first = lexer.source[lexer.at];
  if (first === undefined) throw new LexerProblem("syntax error: missing '}'");
  if (first === "{" || first === "}" || first === ":") throw new LexerProblem("syntax error: bad substitution");
  return readSubstitution(lexer, readName(lexer));
}

function readSubstitution(lexer: Lexer, name: string): string {
  const modifier = readModifierCharacter(lexer);
  if (modifier === "}") {
    const value = lexer.lookup(name);
    return value === undefined ? (lexer.skipUnset ? `\${${name}}` : "") : value;
  }
  if (modifier === "/") return readReplacement(lexer, name);
  const operator = modifier === ":" ? readModifierCharacter(lexer) : modifier;
  const nullIsUnset = modifier === ":";
  const modifiers = nullIsUnset ? `:${operator}` : operator;
  if (!nullIsUnset && !"+-?#%".includes(operator)) throw new LexerProblem(unsupported(modifiers));
  const isPattern = operator === "#" || operator === "%";
  if (nullIsUnset && isPattern) throw new LexerProblem(unsupported(modifiers));
  const word = readUntil(lexer, "}", isPattern).result;
  const value = lexer.lookup(name);
  if (value === undefined && lexer.skipUnset) return `\${${name}${modifiers}${word}}`;
  return substitute({ name, operator, modifiers, word, value, nullIsUnset });
}

function substitute(substitution: {
  name: string;
  operator: string;
  modifiers: string;
  word: string;
  value: string | undefined;
  nullIsUnset: boolean;
}): string {
  const { name, operator, modifiers, word, value, nullIsUnset } = substitution;
  if (!"-+?#%".includes(operator)) throw new LexerProblem(unsupported(modifiers));
  if (value !== undefined && holdsUnknown(value)) return value;
  const absent = value === undefined || (nullIsUnset && value === "");
  switch (operator) {
    case "-":
      return absent ? word : value;
    case "+":
      return absent ? "" : word;
    case "?":
      if (!absent) return value;
      throw new LexerProblem(
        `${name}: ${word !== "" ? word : `is not allowed to be ${value === undefined ? "unset" : "empty"}`}`,
      );
    default: {
      const greedy = word.startsWith(operator);
      const pattern = greedy ? word.slice(1) : word;
      const rest =
        operator === "%" ? dropSuffix(value ?? "", pattern, greedy) : dropPrefix(value ?? "", pattern, greedy);
      if (!rest.ok) throw new LexerProblem(rest.problem, rest.beyondUs);
      return rest.value;
    }
  }
}

function readReplacement(lexer: Lexer, name: string): string {
  const all = lexer.source[lexer.at] === "/";
  if (all) lexer.at++;
  const pattern = readUntil(lexer, "/", true).result;
  const replacement = readUntil(lexer, "}", true).result;
  const value = lexer.lookup(name);
  // BuildKit says `/` here also where `//` was written
  if (value === undefined && lexer.skipUnset) return `\${${name}/${pattern}/${replacement}}`;
  if (value !== undefined && holdsUnknown(value)) return value;
  const replaced = replaceMatches(value ?? "", pattern, replacement, all);
  if (!replaced.ok) throw new LexerProblem(replaced.problem, replaced.beyondUs);
  return replaced.value;
}

function readModifierCharacter(lexer: Lexer): string {
  return lexer.at < lexer.source.length ? nextCharacter(lexer) : "";
}

function unsupported(modifiers: string): string {
  return `unsupported modifier (${modifiers}) in substitution`;
}

const NAME = /[@*#?$!-]|\p{Nd}+|[\p{L}_][\p{L}\p{Nd}_]*/uy;

function readName(lexer: Lexer): string {
  NAME.lastIndex = lexer.at;
  const name = NAME.exec(lexer.source)?.[0] ?? "";
  lexer.at += name.length;
  return name;
}
