import * as table from "./place-table.ts";

/**
 * The paths of files that no rule of ours reads, most of all: told from a path's end, a byte a character. Made of the rules' patterns
 * beforehand (`scripts/place-table`): every path of an image is held against every rule, and with patterns alone that was a third
 * of the time for an image of small files.
 */
export const placeFilter: PlaceTable = {
  classes: table.classes,
  classOf: Buffer.from(table.classOf, "base64"),
  steps: unpacked(Buffer.from(table.packedSteps, "base64"), table.states, table.classes),
};

export type PlaceTable = {
  /** Of each ASCII character, which column is its, and how many there are. */
  readonly classOf: Uint8Array;
  readonly classes: number;
  /** A row for each state from `start` on: the next state for each class of characters. */
  readonly steps: Uint16Array;
};

/** As `scripts/place-table/pack.ts` packs them. */
function unpacked(bytes: Buffer, states: number, classes: number): Uint16Array {
  const steps = new Uint16Array(states * classes);
  for (let row = 0, at = 0; row < steps.length; row += classes) {
    steps.fill(bytes.readUInt16LE(at), row, row + classes);
    const end = at + 3 + 3 * bytes[at + 2]!;
    for (at += 3; at < end; at += 3) steps[row + bytes[at]!] = bytes.readUInt16LE(at + 1);
  }
  return steps;
}

/** Nothing matches any more; something may match. */
const none = 0;
const match = 1;
const start = 2;

/** May a rule read a file at this path? If not, none does. */
export function mayBeRead(path: string, { classes, classOf, steps } = placeFilter): boolean {
  let state = start;
  for (let at = path.length - 1; at >= 0; at--) {
    const character = path.charCodeAt(at);
    if (character >= classOf.length) return true;
    state = steps[(state - start) * classes + classOf[character]!]!;
    if (state === none) return false;
    if (state === match) return true;
  }
  return false;
}
