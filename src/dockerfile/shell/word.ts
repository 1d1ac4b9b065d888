import { DEEPEST_EXPANSION, findMark, placeEnd, type Reader, type ReadWord, type WordDraft } from "./reader.ts";
import { holdsPlaceholder, skipControl, spanAt } from "./template-span.ts";

export function startWord(owner: number | undefined): WordDraft {
  return { value: "", variables: [], asked: [], substitutions: [], template: false, owner };
}

export function finishWord(reader: Reader, draft: WordDraft, from: number, to: number): ReadWord {
  const raw = reader.text.slice(from, to);
  const template = draft.template || (reader.templates && holdsPlaceholder(raw));
  return {
    start: reader.place(from),
    end: placeEnd(reader, from, to),
    raw,
    value: template ? undefined : draft.value,
    variables: draft.variables,
    asked: draft.asked,
    template,
    from,
    to,
    substitutions: draft.substitutions,
  };
}

const PLAIN = /[^\s'"\\$`;&|<>(){]+/y;
const PLAIN_TESTED = /[^\s'"\\$`;{<]+/y;

/** Reads from the reader's place to the end of the word; `tested`: in `[[ … ]]`, where operators are words. */
export function readWord(reader: Reader, owner: number | undefined, tested = false): ReadWord {
  const from = reader.at;
  const draft = startWord(owner);
  const plain = tested ? PLAIN_TESTED : PLAIN;
  while (reader.at < reader.end) {
    plain.lastIndex = reader.at;
    const run = plain.exec(reader.text)?.[0];
    if (run !== undefined) take(reader, draft, run.slice(0, reader.end - reader.at));
    else if (!readSpecial(reader, draft, from, tested)) break;
  }
  return finishWord(reader, draft, from, reader.at);
}

function take(reader: Reader, draft: WordDraft, text: string): void {
  if (draft.value !== undefined) draft.value += text;
  reader.at += text.length;
}

/** Reads what is no plain text; false where the word ends. */
function readSpecial(reader: Reader, draft: WordDraft, from: number, tested: boolean): boolean {
  const { text, at } = reader;
  const ch = text.charAt(at);
  switch (ch) {
    case "'":
      readSingleQuoted(reader, draft);
      return true;
    case '"':
      readDoubleQuoted(reader, draft);
      return true;
    case "\\":
      reader.at += 1;
      if (text.charAt(at + 1) === "\n") reader.at = Math.min(at + 2, reader.end);
      else if (reader.at < reader.end) take(reader, draft, text.charAt(at + 1));
      return true;
    case "$":
      reader.grammar.readDollar(reader, draft, false);
      return true;
    case "`":
      reader.grammar.readBackticks(reader, draft, false);
      return true;
    case "{":
    case "<":
      return readSpan(reader, draft) ?? readBracket(reader, draft, from, tested, ch);
    case ">":
    case "(":
      return readBracket(reader, draft, from, tested, ch);
    default:
      // white space that no shell ends a word at
      if (
        !/[\s;&|)]/.test(ch) ||
        /[\v\f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/.test(ch)
      ) {
        take(reader, draft, ch);
        return true;
      }
      return false;
  }
}

/** undefined: there is no span; false: control tags end the word. */
function readSpan(reader: Reader, draft: WordDraft): boolean | undefined {
  const span = spanAt(reader, reader.at);
  if (span === undefined) return undefined;
  let { end } = span;
  if (span.kind === "control") {
    // all tags in a row at once: each of them would look for the last one
    end = skipControl(reader, end);
    if (end >= reader.end || /[\s;&|)]/.test(reader.text.charAt(end))) return false;
  }
  draft.template = true;
  reader.at = end;
  return true;
}

function readBracket(reader: Reader, draft: WordDraft, from: number, tested: boolean, ch: string): boolean {
  const { text, at } = reader;
  if (ch === "{" || (tested && ch === "<")) {
    take(reader, draft, ch);
    return true;
  }
  if ((ch === "<" || ch === ">") && text.charAt(at + 1) === "(" && at + 1 < reader.end) {
    reader.grammar.readDollar(reader, draft, false);
    return true;
  }
  if (ch !== "(") return false;
  const before = at > from ? text.charAt(at - 1) : "";
  if (before === "=" && reader.depth < DEEPEST_EXPANSION) readArray(reader, draft);
  else if (before !== "" && "!@+?*".includes(before)) readPattern(reader, draft);
  else return false;
  return true;
}

/** `(…)` after `NAME=`. */
function readArray(reader: Reader, draft: WordDraft): void {
  draft.value = undefined;
  reader.at++;
  reader.depth++;
  while (reader.at < reader.end) {
    const ch = reader.text.charAt(reader.at);
    if (ch === ")") {
      reader.at++;
      break;
    }
    if (ch === "#" && /\s/.test(reader.text.charAt(reader.at - 1))) {
      reader.at = Math.min(findMark(reader, "\n", reader.at), reader.end);
      continue;
    }
    const before = reader.at;
    const word = readWord(reader, draft.owner);
    if (reader.at === before) reader.at++;
    else absorb(draft, word);
  }
  reader.depth--;
}

function absorb(draft: WordDraft, word: ReadWord): void {
  for (const name of word.variables) draft.variables.push(name);
  for (const name of word.asked) draft.asked.push(name);
  for (const range of word.substitutions) draft.substitutions.push(range);
  draft.template ||= word.template;
}

/** A pattern such as `!(a|b)`. */
function readPattern(reader: Reader, draft: WordDraft): void {
  draft.value = undefined;
  let depth = 0;
  while (reader.at < reader.end) {
    const ch = reader.text.charAt(reader.at);
    if (ch === "\n") return;
    reader.at++;
    if (ch === "(") depth++;
    else if (ch === ")" && --depth === 0) return;
  }
}

function readSingleQuoted(reader: Reader, draft: WordDraft): void {
  reader.at++;
  const from = reader.at;
  const close = reader.templates ? closeAfterSpans(reader, draft) : findMark(reader, "'", from);
  reader.at = from;
  take(reader, draft, reader.text.slice(from, Math.min(close, reader.end)));
  reader.at = Math.min(close + 1, reader.end);
}

const QUOTED_BREAK = /['{<]/g;

// a span of a template may hold quotes of its own
function closeAfterSpans(reader: Reader, draft: WordDraft): number {
  let at = reader.at;
  while (at < reader.end) {
    QUOTED_BREAK.lastIndex = at;
    const found = QUOTED_BREAK.exec(reader.text);
    if (found === null || found[0] === "'") return found?.index ?? reader.text.length;
    const span = spanAt(reader, found.index);
    if (span !== undefined) draft.template = true;
    at = span?.end ?? found.index + 1;
  }
  return at;
}

const PLAIN_QUOTED = /[^"\\$`{<]+/y;

/** From the opening quote to after the closing one. */
export function readDoubleQuoted(reader: Reader, draft: WordDraft): void {
  reader.at++;
  readExpanded(reader, draft, '"');
  if (reader.at < reader.end) reader.at++;
}

/** Text in which variables and substitutions are expanded, up to `close` (not taken) or the end. */
export function readExpanded(reader: Reader, draft: WordDraft, close: '"' | undefined): void {
  while (reader.at < reader.end) {
    PLAIN_QUOTED.lastIndex = reader.at;
    const run = PLAIN_QUOTED.exec(reader.text)?.[0];
    if (run !== undefined) {
      take(reader, draft, run.slice(0, reader.end - reader.at));
      continue;
    }
    const ch = reader.text.charAt(reader.at);
    if (ch === close) return;
    if (ch === "$") reader.grammar.readDollar(reader, draft, true);
    else if (ch === "`") reader.grammar.readBackticks(reader, draft, close !== undefined);
    else if (ch === "\\") readQuotedEscape(reader, draft, close);
    else if (ch === '"') take(reader, draft, ch);
    else {
      const span = spanAt(reader, reader.at);
      if (span === undefined) take(reader, draft, ch);
      else {
        draft.template = true;
        reader.at = span.end;
      }
    }
  }
}

function readQuotedEscape(reader: Reader, draft: WordDraft, close: '"' | undefined): void {
  const next = reader.at + 1 < reader.end ? reader.text.charAt(reader.at + 1) : "";
  reader.at++;
  if (next === "\n") reader.at++;
  else if (next !== "" && (next === "$" || next === "`" || next === "\\" || next === close)) take(reader, draft, next);
  else if (draft.value !== undefined) draft.value += "\\";
}
