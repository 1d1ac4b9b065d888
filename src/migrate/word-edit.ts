import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Edit } from "../dockerfile/insertion.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import { sourceEnd, sourceOffset } from "../dockerfile/logical-line.ts";
import { splitWords } from "../dockerfile/name-value.ts";
import { decode } from "../dockerfile/text.ts";
import { lineAt } from "./line.ts";
import { cutLines } from "./line-cut.ts";

/** What an ARG or ENV sets: the name, and its value as written; undefined: none is given. */
export type SetVariable = {
  readonly name: string;
  readonly value: string | undefined;
  /** In the file. */
  readonly start: number;
  readonly end: number;
};

/** The variables of an ARG or ENV, with their places. */
export function variablesOf(instruction: Instruction, escapeToken: string): SetVariable[] {
  const { known, logical, bodyFrom, bodyTo, pairs } = instruction;
  if (known !== "ARG" && known !== "ENV") return [];
  const text = logical.text.slice(bodyFrom, bodyTo);
  const placed = (from: number, length: number) => ({
    start: sourceOffset(logical, bodyFrom + from),
    end: sourceEnd(logical, bodyFrom + from + length),
  });
  if (known === "ENV" && pairs[0]?.separator === "") {
    return [{ name: pairs[0].name, value: pairs[0].value, ...placed(0, text.length) }];
  }
  const found: SetVariable[] = [];
  let at = 0;
  for (const word of splitWords(text, escapeToken)) {
    const from = text.indexOf(word, at);
    at = from + word.length;
    const equals = word.indexOf("=");
    const name = decode(equals < 0 ? word : word.slice(0, equals));
    found.push({ name, value: equals < 0 ? undefined : decode(word.slice(equals + 1)), ...placed(from, word.length) });
  }
  return found;
}

/** Takes variables out of an ARG or ENV; the whole of it where none is left. */
export function editWords(
  dockerfile: Dockerfile,
  { instruction, names }: { readonly instruction: Instruction; readonly names: ReadonlySet<string> },
): Edit[] {
  const all = variablesOf(instruction, dockerfile.escape);
  const go = all.filter(({ name }) => names.has(name));
  if (go.length === all.length) {
    const first = lineAt(dockerfile, instruction.start);
    const last = lineAt(dockerfile, instruction.end);
    return [{ start: first.start, end: last.next, text: "" }];
  }
  // a last line that goes would leave the one before it with a continuation character: so the blanks before the word go
  const stay = all.at(-1);
  const isLastGone = stay !== undefined && names.has(stay.name);
  if (!isLastGone) return go.flatMap(({ start, end }) => cutLines(dockerfile, start, end));
  const kept = all.findLast(({ name }) => !names.has(name))!;
  const before = go.filter(({ start }) => start < kept.start);
  return [
    ...before.flatMap(({ start, end }) => cutLines(dockerfile, start, end)),
    { start: kept.end, end: stay.end, text: "" },
  ];
}
