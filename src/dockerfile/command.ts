import { splitFlags } from "./flag.ts";
import type { HeredocWord } from "./heredoc.ts";
import { findHeredocs } from "./heredoc.ts";
import type { Command, Flag } from "./instruction.ts";
import { type JsonForm, parseJsonForm } from "./json-form.ts";
import { findKeyword, type Keyword } from "./keyword.ts";
import { type LogicalLine, sourceEnd, sourceOffset } from "./logical-line.ts";
import { type NameValue, parseNameValues, splitWords } from "./name-value.ts";
import { decode } from "./text.ts";
import { isBlank, isByteSpace, skipSpace, splitAtBlanks, trimSpaceEnd } from "./white-space.ts";

/** A command whose heredocs' contents are still to be read; `problem` is what BuildKit's parser refuses. */
export type ParsedLine =
  | { readonly ok: true; readonly command: Command; readonly heredocs: readonly HeredocWord[] }
  | { readonly ok: false; readonly problem: string };

/** Reads an instruction's joined lines. */
export function parseLine(line: LogicalLine, escapeToken: string): ParsedLine {
  const command = parseCommand(line, 0, line.text.length, escapeToken, 0);
  if (typeof command === "string") return { ok: false, problem: command };
  if (!line.text.includes("<<") || !mayHoldHeredocs(command)) return { ok: true, command, heredocs: [] };
  const heredocs = findHeredocs(decode(line.text));
  return heredocs.ok ? { ok: true, command, heredocs: heredocs.words } : { ok: false, problem: heredocs.problem };
}

function mayHoldHeredocs(command: Command): boolean {
  const innermost = command.known === "ONBUILD" && command.inner !== undefined ? command.inner : command;
  const { known, form } = innermost;
  return (known === "RUN" || known === "COPY" || known === "ADD") && form !== "json";
}

type Arguments = { args: readonly string[]; json: boolean; pairs: readonly NameValue[]; inner: Command | undefined };

// BuildKit refuses an ONBUILD in an ONBUILD, but only after reading it.
const DEEPEST_ONBUILD = 50;

function parseCommand(
  line: LogicalLine,
  from: number,
  to: number,
  escapeToken: string,
  depth: number,
): Command | string {
  const { text } = line;
  const start = skipSpace(text, from, to);
  const end = trimSpaceEnd(text, start, to);
  let keywordTo = start;
  while (keywordTo < end && !isBlank(text.charCodeAt(keywordTo))) keywordTo++;
  let argsFrom = keywordTo;
  while (argsFrom < end && isBlank(text.charCodeAt(argsFrom))) argsFrom++;
  const written = text.slice(start, keywordTo);
  const split = splitFlags(text, argsFrom, end, escapeToken);
  const bodyFrom = skipSpace(text, split.rest, end);
  const bodyTo = trimSpaceEnd(text, bodyFrom, end);
  const known = findKeyword(written);
  const parsed = parseArguments(known, line, bodyFrom, bodyTo, escapeToken, depth);
  if (typeof parsed === "string") return parsed;
  const isText = parsed.args.length === 1 && !parsed.json && known === "RUN";
  return {
    keyword: known ?? decode(written).toUpperCase(),
    known,
    keywordStart: sourceOffset(line, start),
    keywordEnd: sourceEnd(line, keywordTo),
    flags: split.flags.map((flag) => toFlag(line, flag.text, flag.from, flag.to)),
    form: parsed.json ? "json" : "shell",
    args: parsed.args,
    pairs: parsed.pairs,
    body: isText ? parsed.args[0]! : decode(text.slice(bodyFrom, bodyTo)),
    bodyFrom,
    bodyTo,
    heredocs: [],
    inner: parsed.inner,
  };
}

function toFlag(line: LogicalLine, text: string, from: number, to: number): Flag {
  const equals = text.indexOf("=");
  return {
    name: text.slice(2, equals < 0 ? undefined : equals),
    value: equals < 0 ? undefined : text.slice(equals + 1),
    start: sourceOffset(line, from),
    end: sourceEnd(line, to),
  };
}

/** By keyword, as BuildKit's line_parsers.go; a string is what it refuses. */
function parseArguments(
  known: Keyword | undefined,
  line: LogicalLine,
  from: number,
  to: number,
  escapeToken: string,
  depth: number,
): Arguments | string {
  const text = line.text.slice(from, to);
  switch (known) {
    case undefined:
      return plain([]);
    case "MAINTAINER":
    case "STOPSIGNAL":
    case "USER":
    case "WORKDIR":
      return plain(text === "" ? [] : [decode(text)]);
    case "EXPOSE":
    case "FROM":
      return plain(splitList(text));
    case "ARG":
      return plain(splitWords(text, escapeToken).map(decode));
    case "ENV":
    case "LABEL": {
      const pairs = parseNameValues(text, known, escapeToken);
      if (typeof pairs === "string") return pairs;
      return { ...plain(pairs.flatMap(({ name, value, separator }) => [name, value, separator])), pairs };
    }
    case "CMD":
    case "ENTRYPOINT":
    case "RUN":
    case "SHELL":
      return jsonOr(text, () => (text === "" ? [] : [decode(text)]));
    case "ADD":
    case "COPY":
    case "VOLUME":
      return jsonOr(text, () => splitList(text));
    case "HEALTHCHECK":
      return parseHealthcheck(text);
    case "ONBUILD":
      return parseTrigger(line, from, to, escapeToken, depth);
  }
}

function parseHealthcheck(text: string): Arguments | string {
  // byte by byte, so that a byte 0x85 or 0xA0 of any character splits
  let typeEnd = 0;
  while (typeEnd < text.length && !isByteSpace(text.charCodeAt(typeEnd))) typeEnd++;
  let rest = typeEnd;
  while (rest < text.length && isByteSpace(text.charCodeAt(rest))) rest++;
  if (typeEnd === 0) return plain([]);
  const command = text.slice(rest);
  const parsed = jsonOr(command, () => (command === "" ? [] : [decode(command)]));
  return typeof parsed === "string" ? parsed : { ...parsed, args: [decode(text.slice(0, typeEnd)), ...parsed.args] };
}

function parseTrigger(
  line: LogicalLine,
  from: number,
  to: number,
  escapeToken: string,
  depth: number,
): Arguments | string {
  if (from === to) return plain([]);
  if (depth === DEEPEST_ONBUILD) return `ONBUILD nested more than ${DEEPEST_ONBUILD} deep`;
  const inner = parseCommand(line, from, to, escapeToken, depth + 1);
  if (typeof inner === "string") return inner;
  const written = decode(line.text.slice(from, to).split(/[\t\v\f\r ]/, 1)[0]!);
  return { ...plain([written, ...inner.args]), inner };
}

function jsonOr(text: string, otherwise: () => readonly string[]): Arguments | string {
  const json: JsonForm = parseJsonForm(text);
  if (json === "mixed") return "an array in JSON form must be of strings only";
  return json === undefined ? plain(otherwise()) : { ...plain(json), json: true };
}

function splitList(text: string): string[] {
  return text === "" ? [] : splitAtBlanks(text).map(decode);
}

function plain(args: readonly string[]): Arguments {
  return { args, json: false, pairs: [], inner: undefined };
}
