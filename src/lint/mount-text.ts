import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Edit } from "../dockerfile/insertion.ts";
import type { Flag, Instruction } from "../dockerfile/instruction.ts";
import { LONGEST_LINE_BYTES } from "../dockerfile/line-cursor.ts";
import { sourceOffset } from "../dockerfile/logical-line.ts";
import { holdsControl } from "../dockerfile/template/spans-at.ts";

/** A character of a mount as BuildKit reads it, and the bytes of the file that it is written with. */
type Written = { readonly text: string; readonly start: number; readonly end: number };

/** One `key=value` of a mount: characters `from`…`to` of those that are read. */
export type MountField = { readonly text: string; readonly from: number; readonly to: number };

/** What a `--mount=` is written with: its characters without quotes and escapes, and its fields. */
export type MountText = { readonly characters: readonly Written[]; readonly fields: readonly MountField[] };

/**
 * Reads the value of a mount again with the place of each character (BuildKit's extractBuilderFlags, then its CSV).
 * undefined where a template decides what is there, or a quote stays open.
 */
export function mountText(dockerfile: Dockerfile, instruction: Instruction, flag: Flag): MountText | undefined {
  if (holdsControl(dockerfile, flag.start, flag.end)) return undefined;
  const characters = charactersOf(dockerfile, instruction, flag);
  if (characters === undefined) return undefined;
  const equals = characters.findIndex(({ text }) => text === "=");
  const value = characters.slice(equals + 1);
  if (equals < 0 || value.map(({ text }) => text).join("") !== flag.value) return undefined;
  return { characters: value, fields: fieldsOf(value) };
}

/** The edit that adds a field at the end of a mount, if the line stays short enough. */
export function appendField(
  dockerfile: Dockerfile,
  instruction: Instruction,
  flag: Flag,
  field: string,
): Edit | undefined {
  if (mountText(dockerfile, instruction, flag) === undefined) return undefined;
  const { text } = dockerfile;
  const lineStart = text.lastIndexOf("\n", flag.end - 1) + 1;
  const newline = text.indexOf("\n", flag.end);
  const length = (newline < 0 ? text.length : newline) - lineStart;
  if (length + field.length + 1 > LONGEST_LINE_BYTES) return undefined;
  return { start: flag.end, end: flag.end, text: `,${field}` };
}

/** The bytes of some characters, as few pieces as they have: continuations and quotes between them are left out. */
export function bytesOf(characters: readonly Written[]): { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = [];
  for (const { start, end } of characters) {
    const last = pieces.at(-1);
    if (last !== undefined && last.end === start) last.end = end;
    else pieces.push({ start, end });
  }
  return pieces;
}

function charactersOf(
  { escape: escapeToken }: Dockerfile,
  { logical }: Instruction,
  flag: Flag,
): Written[] | undefined {
  const characters: Written[] = [];
  let quote = "";
  const first = lineIndex(logical, flag.start);
  for (let at = first; ; at++) {
    const start = sourceOffset(logical, at);
    if (start >= flag.end || at >= logical.text.length) break;
    let text = logical.text.charAt(at);
    if (quote === "" && (text === "'" || text === '"')) quote = text;
    else if (text === quote) quote = "";
    else {
      if (text === escapeToken) {
        at++;
        text = logical.text.charAt(at);
        if (text === "") return undefined;
      }
      characters.push({ text, start, end: sourceOffset(logical, at) + 1 });
    }
  }
  return quote === "" ? characters : undefined;
}

/** The index in the joined lines of a byte of the file. */
function lineIndex({ starts, sources }: Instruction["logical"], offset: number): number {
  let low = 0;
  let high = sources.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sources[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return starts[low]! + offset - sources[low]!;
}

function fieldsOf(characters: readonly Written[]): MountField[] {
  const fields: MountField[] = [];
  let quoted = false;
  let from = 0;
  for (let at = 0; at <= characters.length; at++) {
    const text = characters[at]?.text;
    if (text === '"') quoted = !quoted;
    if (text !== undefined && (text !== "," || quoted)) continue;
    fields.push({ text: joined(characters, from, at), from, to: at });
    from = at + 1;
  }
  return fields;
}

function joined(characters: readonly Written[], from: number, to: number): string {
  return characters
    .slice(from, to)
    .map(({ text }) => text)
    .join("");
}
