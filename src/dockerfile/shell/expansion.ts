import { ansiText } from "./quote.ts";
import { addScope, DEEPEST_EXPANSION, type Reader, type WordDraft } from "./reader.ts";
import { spanAt } from "./template-span.ts";
import { unescapeBackticks } from "./transcript.ts";
import { readDoubleQuoted } from "./word.ts";

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

/** At `$`, or at `<(` and `>(`: the expansion that begins there, or the character alone. */
export function readDollar(reader: Reader, draft: WordDraft, quoted: boolean): void {
  const { text, at } = reader;
  const next = at + 1 < reader.end ? text.charAt(at + 1) : "";
  if (next === "(") {
    if (text.charAt(at) === "$" && text.charAt(at + 2) === "(" && readArithmetic(reader, draft, at + 3)) return;
    readSubstitution(reader, draft);
    return;
  }
  if (next === "{" && (text.charAt(at + 2) !== "{" || spanAt(reader, at + 1) === undefined)) {
    readBraced(reader, draft, quoted);
    return;
  }
  if (next === "'" && !quoted) {
    const ansi = ansiText(text, at + 2, reader.end);
    if (draft.value !== undefined) draft.value += ansi.value;
    reader.at = ansi.end;
    return;
  }
  reader.at++;
  if (next === '"' && !quoted) {
    readDoubleQuoted(reader, draft);
    return;
  }
  NAME.lastIndex = at + 1;
  const name = NAME.exec(text)?.[0];
  if (name !== undefined && at + 1 < reader.end) {
    draft.variables.push(name);
    draft.value = undefined;
    reader.at = Math.min(reader.at + name.length, reader.end);
  } else if (next !== "" && /[@*#?$!0-9-]/.test(next)) {
    draft.value = undefined;
    reader.at++;
  } else if (draft.value !== undefined) draft.value += "$";
}

function tooDeep(reader: Reader, draft: WordDraft, width: number): boolean {
  if (reader.depth < DEEPEST_EXPANSION) return false;
  draft.value = undefined;
  reader.at = Math.min(reader.at + width, reader.end);
  return true;
}

/** `$(…)`, `<(…)`, `>(…)`. */
function readSubstitution(reader: Reader, draft: WordDraft): void {
  if (tooDeep(reader, draft, 2)) return;
  const from = reader.at;
  draft.value = undefined;
  reader.at += 2;
  const { context } = reader;
  const scope = addScope(reader.sink, "substitution", context.scope);
  // what >(…) prints is nobody's text
  const within = reader.text.charAt(from) === ">" ? context.within : "substitution";
  reader.grammar.nest(reader, { ...context, within, inWord: draft.owner, scope }, ")", reader.end);
  if (reader.at < reader.end) reader.at++;
  draft.substitutions.push({ from, to: reader.at });
}

/** From after the `((`. False: it is a subshell in a substitution, and nothing was read. */
export function readArithmetic(reader: Reader, draft: WordDraft, from: number): boolean {
  if (reader.notArithmetic.has(from) || reader.patience < 0) return false;
  const { at: before, sink, depth } = reader;
  if (tooDeep(reader, draft, from - before)) return true;
  const counts = [sink.commands.length, sink.scopes.length, draft.variables.length, draft.asked.length] as const;
  const { value } = draft;
  draft.value = undefined;
  reader.at = from;
  reader.depth++;
  const closed = skipArithmetic(reader, draft);
  reader.depth = depth;
  if (closed) return true;
  reader.notArithmetic.add(from);
  reader.patience -= reader.at - before;
  reader.at = before;
  draft.value = value;
  sink.commands.length = counts[0];
  sink.scopes.length = counts[1];
  draft.variables.length = counts[2];
  draft.asked.length = counts[3];
  return false;
}

const NOT_ARITHMETIC = /[^()$`\\{]+/y;

function skipArithmetic(reader: Reader, draft: WordDraft): boolean {
  let open = 0;
  while (reader.at < reader.end) {
    NOT_ARITHMETIC.lastIndex = reader.at;
    const run = NOT_ARITHMETIC.exec(reader.text)?.[0];
    if (run !== undefined) reader.at += run.length;
    if (reader.at >= reader.end) return false;
    const ch = reader.text.charAt(reader.at);
    if (ch === "$") readDollar(reader, draft, true);
    else if (ch === "`") readBackticks(reader, draft, false);
    else {
      const span = ch === "{" ? spanAt(reader, reader.at) : undefined;
      reader.at = span?.end ?? reader.at + (ch === "\\" ? 2 : 1);
      if (span !== undefined) draft.template = true;
      if (ch === "(") open++;
      if (ch === ")" && open-- === 0) {
        if (reader.text.charAt(reader.at) !== ")" || reader.at >= reader.end) return false;
        reader.at++;
        return true;
      }
    }
  }
  return false;
}

const PARAMETER = /(#)?(?:!?([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]}\n]{0,200}\])?|[@*?$!-]|[0-9]+)?(:?\+)?/y;

/** `${…}`. */
function readBraced(reader: Reader, draft: WordDraft, quoted: boolean): void {
  if (tooDeep(reader, draft, 2)) return;
  draft.value = undefined;
  PARAMETER.lastIndex = reader.at + 2;
  const parameter = PARAMETER.exec(reader.text);
  const name = parameter?.[2];
  if (name !== undefined) {
    const list = parameter?.[1] !== undefined || parameter?.[3] !== undefined ? draft.asked : draft.variables;
    list.push(name);
  }
  reader.at = Math.min(reader.at + 2 + (parameter?.[0].length ?? 0), reader.end);
  reader.depth++;
  skipToBrace(reader, draft, quoted);
  reader.depth--;
}

const PLAIN_BRACED = /[^}'"\\$`{]+/y;

function skipToBrace(reader: Reader, draft: WordDraft, quoted: boolean): void {
  while (reader.at < reader.end) {
    PLAIN_BRACED.lastIndex = reader.at;
    const run = PLAIN_BRACED.exec(reader.text)?.[0];
    if (run !== undefined) {
      reader.at = Math.min(reader.at + run.length, reader.end);
      continue;
    }
    const ch = reader.text.charAt(reader.at);
    if (ch === "$") readDollar(reader, draft, quoted);
    else if (ch === "`") readBackticks(reader, draft, quoted);
    else if (ch === '"') readDoubleQuoted(reader, draft);
    else if (ch === "'" && !quoted) {
      const close = reader.text.indexOf("'", reader.at + 1);
      reader.at = close < 0 || close >= reader.end ? reader.end : close + 1;
    } else {
      const span = ch === "{" ? spanAt(reader, reader.at) : undefined;
      if (span !== undefined) draft.template = true;
      reader.at = Math.min(span?.end ?? reader.at + (ch === "\\" ? 2 : 1), reader.end);
      if (ch === "}") return;
    }
  }
}

/** `…` with its own rules of quoting. */
export function readBackticks(reader: Reader, draft: WordDraft, quoted: boolean): void {
  const from = reader.at;
  const inner = unescapeBackticks(reader.text, from + 1, reader.end, quoted);
  if (inner === undefined || reader.depth >= DEEPEST_EXPANSION) {
    if (draft.value !== undefined) draft.value += "`";
    reader.at++;
    return;
  }
  draft.value = undefined;
  const { context } = reader;
  const scope = addScope(reader.sink, "substitution", context.scope);
  const within = { ...context, within: "substitution" as const, inWord: draft.owner, scope };
  reader.at = from + 1;
  reader.grammar.nest(reader, within, undefined, inner.end, inner.transcript);
  reader.at = inner.end + 1;
  draft.substitutions.push({ from, to: reader.at });
}
