import { parseLine } from "../command.ts";
import { type Command, type Flag, type Heredoc, withHeredocs } from "../instruction.ts";
import { findKeyword } from "../keyword.ts";
import type { LogicalLine } from "../logical-line.ts";
import type { NameValue } from "../name-value.ts";
import { decode } from "../text.ts";
import { TEMPLATE_MARK } from "../unknown.ts";
import { isBlank, skipSpace } from "../white-space.ts";
import type { Collected } from "./collect.ts";
import { branchesIn, isValue, OPAQUE, type Part, partsOf, restorer, type Spelled, separate, spell } from "./part.ts";

/** What an instruction of a template says. */
export type Built =
  | { readonly ok: true; readonly command: Command; readonly logical: LogicalLine }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the instruction that its parts spell. Values are opaque words to the parser and the source's own text in what
 * it gives; what a value or a condition makes of an argument is marked as unknown in `marked`.
 * `separators` are the offsets, in order, where one branch of a condition ends and the next begins.
 */
export function buildCommand(
  text: string,
  escapeToken: "\\" | "`",
  collected: Collected,
  separators: readonly number[],
): Built {
  const { draft } = collected;
  const parts = separate(text, partsOf(collected.cells, draft), separators);
  const line = spell(text, parts);
  const chosen = (part: Part) => part.branch !== draft.branch;
  const isSure = !parts.some((part) => isValue(part) || chosen(part));
  if (isSure) {
    const parsed = parseLine(line.logical, escapeToken);
    if (!parsed.ok) return parsed;
    return { ok: true, command: addHeredocs(text, parsed.command, collected), logical: line.logical };
  }
  const isFrom = findKeyword(firstWord(line.logical.text)) === "FROM";
  const masked = isFrom ? spell(text, parts, (part) => isValue(part) || chosen(part)) : line;
  const parsed = parseLine(masked.logical, escapeToken);
  const command = parsed.ok ? parsed.command : keywordAlone(masked.logical, escapeToken);
  if (command === undefined) return { ok: false, problem: "its text cannot be read" };
  const strict = spell(text, parts, isValue, chosen);
  const marks = parseLine(strict.logical, escapeToken);
  const shown = restore(command, masked, markCommand(command, marks.ok ? marks.command : undefined, parts));
  const logical = { ...masked.logical, text: masked.shown };
  return { ok: true, command: addHeredocs(text, shown, collected), logical };
}

function firstWord(line: string): string {
  return line.slice(skipSpace(line, 0, line.length), keywordEnd(line));
}

function keywordEnd(line: string): number {
  let at = skipSpace(line, 0, line.length);
  while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
  return at;
}

/** The instruction without its arguments, for they can only be read after rendering. */
function keywordAlone(line: LogicalLine, escapeToken: string): Command | undefined {
  const end = keywordEnd(line.text);
  const parsed = parseLine({ ...line, text: line.text.slice(0, end) }, escapeToken);
  if (!parsed.ok) return undefined;
  return { ...parsed.command, bodyFrom: skipSpace(line.text, end, line.text.length), bodyTo: line.text.length };
}

/** Arguments with marks; where the text cannot be read with its conditions taken for letters, all is unknown. */
function markCommand(command: Command, strict: Command | undefined, parts: readonly Part[]): Command {
  const same = strict !== undefined && strict.args.length === command.args.length ? strict : undefined;
  const isFrom = command.known === "FROM";
  const args = command.args.map((arg, index) => {
    if (command.known === "ARG") return markArg(arg, same?.args[index]);
    return mark(isFrom ? arg : (same?.args[index] ?? OPAQUE));
  });
  const pairs = command.pairs.map((pair, index) => markPair(pair, same?.pairs[index]));
  const flags = command.flags.map((flag, index) => markFlag(flag, same?.flags[index], parts));
  const inner = command.inner && markCommand(command.inner, strict?.inner, parts);
  return { ...command, flags, inner, marked: { args, pairs } };
}

function mark(text: string): string {
  return text.replace(/\x7f+/g, TEMPLATE_MARK);
}

// the name of what is set by a condition is known, its value is not
function markArg(arg: string, strict: string | undefined): string {
  if (strict !== undefined && !strict.includes(OPAQUE)) return arg;
  const equals = arg.indexOf("=");
  return `${mark(equals < 0 ? arg : arg.slice(0, equals))}=${TEMPLATE_MARK}`;
}

function markPair(pair: NameValue, strict: NameValue | undefined): NameValue {
  const sure = strict !== undefined && !strict.name.includes(OPAQUE) && !strict.value.includes(OPAQUE);
  return sure ? pair : { ...pair, name: mark(pair.name), value: TEMPLATE_MARK };
}

// a flag that one branch holds whole says what it says, whenever it is there
function markFlag(flag: Flag, strict: Flag | undefined, parts: readonly Part[]): Flag {
  const value = branchesIn(parts, flag.start, flag.end).size <= 1 ? flag.value : (strict?.value ?? OPAQUE);
  return value?.includes(OPAQUE) ? { ...flag, marked: mark(value) } : flag;
}

/** The source's own text in the place of the opaque letters. */
function restore(command: Command, spelled: Spelled, marked: Command): Command {
  return restoreCommand(command, marked, spelled, restorer(spelled), keywordEnd(spelled.logical.text));
}

function restoreCommand(
  command: Command,
  marked: Command,
  spelled: Spelled,
  from: (offset: number) => (text: string) => string,
  flagsFrom: number,
): Command {
  const inFlags = from(flagsFrom);
  const flags = marked.flags.map((flag) => ({
    ...flag,
    name: inFlags(flag.name),
    value: flag.value === undefined ? undefined : inFlags(flag.value),
  }));
  const { bodyFrom, bodyTo } = command;
  const restored = (texts: readonly string[]) => {
    const inTexts = from(bodyFrom);
    return texts.map((text) => restoreDecoded(text, inTexts));
  };
  const inner = command.inner && restoreCommand(command.inner, marked.inner!, spelled, from, bodyFrom);
  const args = inner === undefined ? restored(command.args) : [command.args[0]!, ...inner.args];
  const words = restored(command.pairs.flatMap(({ name, value }) => [name, value]));
  const pairs = command.pairs.map((pair, index) => ({
    ...pair,
    name: words[2 * index]!,
    value: words[2 * index + 1]!,
  }));
  return { ...marked, flags, args, pairs, body: decode(spelled.shown.slice(bodyFrom, bodyTo)), inner };
}

// arguments are decoded already, what takes the letters' place is not
function restoreDecoded(text: string, inText: (text: string) => string): string {
  return text.replace(/\x7f+/g, (run) => decode(inText(run)));
}

function addHeredocs(text: string, command: Command, { cells, draft }: Collected): Command {
  const found = new Map<string, Heredoc>();
  const content = new Map<number, number>();
  for (const { what, draft: own, word, start, end } of cells) {
    if (own !== draft) continue;
    if (what === "content") content.set(start, Math.max(end, content.get(start) ?? 0));
    if (what !== "heredoc" || word === undefined) continue;
    const contentEnd = Math.max(start, text.lastIndexOf("\n", end - 1) + 1);
    found.set(`${start} ${end}`, { ...word, contentStart: start, contentEnd, end });
  }
  if (found.size === 0) return command;
  const heredocs = [...found.values()].sort((a, b) => a.contentStart - b.contentStart || a.end - b.end);
  const pieces = [...content].sort(([one], [two]) => one - two);
  return withHeredocs(command, heredocs, contentsOf(text, heredocs, pieces));
}

/** What each heredoc holds: its lines on all ways, without tags. The pieces are in the order of the file. */
function contentsOf(
  text: string,
  heredocs: readonly Heredoc[],
  pieces: readonly (readonly [start: number, end: number])[],
): string[] {
  return heredocs.map(({ contentStart, contentEnd }) =>
    pieces
      .filter(([start]) => start >= contentStart && start < contentEnd)
      .map(([start, end]) => text.slice(start, end))
      .join(""),
  );
}
