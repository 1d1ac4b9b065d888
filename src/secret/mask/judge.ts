import { longGramBytes } from "./form.ts";
import type { Run } from "./run.ts";

export function isBetter(run: Run, than: Run): boolean {
  const [one, other] = [weight(run), weight(than)];
  return one > other || (one === other && run.form.order < than.form.order);
}

/** A whole value is named rather than the file in which it stands, which shares a blank more with the text. */
function weight(run: Run): number {
  return run.length + (isWhole(run) ? longGramBytes : 0);
}

function isWhole(run: Run): boolean {
  return run.formStart === run.form.start && run.formEnd === run.form.end;
}

export function counts(run: Run, bytes: Uint8Array): boolean {
  const { windowBytes } = run.form;
  return isWhole(run) || (windowBytes > 0 && run.length >= windowBytes && isTelling(bytes, run));
}

/** Whether more text can make the run count. */
export function couldCount(run: Run, final: boolean): boolean {
  const canBeWhole = run.formStart === run.form.start;
  const { windowBytes } = run.form;
  const longest = run.length + (run.form.end - run.formEnd);
  return !final && (canBeWhole || (windowBytes > 0 && longest >= windowBytes));
}

const classes = new Uint8Array(256);
classes.fill(1, 0x30, 0x3a);
classes.fill(2, 0x41, 0x5b);
classes.fill(4, 0x61, 0x7b);
const lastSeen = new Uint32Array(256);
let look = 0;

/** A part of a value that is only words and signs (`aws_secret_access_key = `), or a few characters, says nothing. */
function isTelling(bytes: Uint8Array, run: Run): boolean {
  look++;
  let found = 0;
  let different = 0;
  for (let i = run.formStart; i < run.formEnd; i++) {
    const byte = bytes[i]!;
    found |= classes[byte]!;
    if (lastSeen[byte] !== look) {
      lastSeen[byte] = look;
      different++;
    }
    if (different >= 6 && (found & 1 || found === 6)) {
      return true;
    }
  }
  return false;
}
