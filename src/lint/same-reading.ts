import { alike } from "../dockerfile/alike.ts";
import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Edit } from "../dockerfile/insertion.ts";
import type { Command, Instruction } from "../dockerfile/instruction.ts";

/**
 * Compares a Dockerfile with what edits made of it: whatever they do not touch reads the same, and an instruction of
 * which they change a part is still one instruction of its kind.
 * @returns what differs, in a few words.
 */
export function differenceBeyond(before: Dockerfile, after: Dockerfile, edits: readonly Edit[]): string | undefined {
  if (before.escape !== after.escape) return "the escape character";
  const problem = after.problem?.message;
  if (problem !== undefined && before.problem === undefined) return `the file, which could not be read (${problem})`;
  const places = edits.map((edit) => placeOf(edit, before.text.slice(edit.start, edit.end)));
  const old = sorted(before.instructions, places);
  const changed: Place[] = [];
  let drift = 0;
  for (const [index, { start, end, text }] of edits.entries()) {
    changed.push({ ...places[index]!, start: start + drift, end: start + drift + text.length });
    drift += text.length - (end - start);
  }
  const now = sorted(after.instructions, changed);
  if (old.untouched.length !== now.untouched.length) return "the number of instructions";
  for (const [index, instruction] of old.untouched.entries()) {
    if (!isSameCommand(instruction, now.untouched[index]!)) {
      return `the ${instruction.keyword} of line ${instruction.line}, which the fix does not name`;
    }
  }
  const kept = old.touched.filter(({ start, end }) => !edits.some((edit) => edit.start <= start && edit.end >= end));
  const keywords = now.touched.map(({ keyword }) => keyword);
  for (const { keyword, line } of kept) {
    const at = keywords.indexOf(keyword);
    if (at < 0) return `the kind of the instruction of line ${line}`;
    keywords.splice(0, at + 1);
  }
  return undefined;
}

/** Where an edit is, and whether it belongs to what it only touches: whole lines do not. */
type Place = { readonly start: number; readonly end: number; readonly joinsNext: boolean; readonly joinsLast: boolean };

function placeOf({ start, end, text }: Edit, removed: string): Place {
  const texts = [removed, text].filter((one) => one !== "");
  return {
    start,
    end,
    joinsNext: texts.some((one) => !one.endsWith("\n")),
    joinsLast: texts.some((one) => !/^\r*\n/.test(one)),
  };
}

/** Both are in order, so one walk tells them apart. */
function sorted(
  instructions: readonly Instruction[],
  places: readonly Place[],
): { readonly touched: Instruction[]; readonly untouched: Instruction[] } {
  const touched: Instruction[] = [];
  const untouched: Instruction[] = [];
  let at = 0;
  for (const instruction of instructions) {
    while (at < places.length && !reaches(places[at]!, instruction)) at++;
    const place = places[at];
    const isTouched = place !== undefined && !isBehind(place, instruction);
    (isTouched ? touched : untouched).push(instruction);
  }
  return { touched, untouched };
}

function reaches({ end, joinsNext }: Place, { start }: Instruction): boolean {
  return end > start || (end === start && joinsNext);
}

function isBehind({ start, joinsLast }: Place, instruction: Instruction): boolean {
  return start > instruction.end || (start === instruction.end && !joinsLast);
}

function isSameCommand(a: Command, b: Command): boolean {
  if (a.keyword !== b.keyword || a.form !== b.form || a.flags.length !== b.flags.length) return false;
  for (const [index, { name, value }] of a.flags.entries()) {
    if (name !== b.flags[index]!.name || value !== b.flags[index]!.value) return false;
  }
  if (a.inner === undefined || b.inner === undefined) {
    if (a.inner !== b.inner || a.body !== b.body) return false;
  } else if (!isSameCommand(a.inner, b.inner)) return false;
  return alike(a.args, b.args) && alike(a.pairs, b.pairs);
}
