/**
 * Colours (SGR: `ESC [ … m`) inside a text are looked through: a value that is printed in two colours is still that value.
 * They are taken out before the search and put back after it.
 */

/** A colour that stood before the byte at `at` of the text without colours. */
export type Colour = { readonly at: number; readonly bytes: Uint8Array };

const escapeByte = 0x1b;
const longestColourBytes = 64;
const nothing = new Uint8Array(0);
/** Up to here a loop is faster than the calls that copy. */
const smallBytes = 256;

/** Copies a small chunk up to its first escape. */
function copyPlain(chunk: Uint8Array, target: Uint8Array, offset: number): number {
  if (chunk.length > smallBytes) {
    return 0;
  }
  let i = 0;
  while (i < chunk.length && chunk[i] !== escapeByte) {
    target[offset + i] = chunk[i]!;
    i++;
  }
  return i;
}

/**
 * Copies `chunk` without its colours to `target` from `offset` on; `position` is the stream's position there.
 * @returns how many bytes were copied, and what may be the beginning of a colour at the chunk's end.
 */
export function separateColours(
  chunk: Uint8Array,
  target: Uint8Array,
  offset: number,
  position: number,
  colours: Colour[],
): { copied: number; rest: Uint8Array } {
  const plain = copyPlain(chunk, target, offset);
  let copied = plain;
  let from = plain;
  for (
    let at = plain < chunk.length ? chunk.indexOf(escapeByte, plain) : -1;
    at >= 0;
    at = chunk.indexOf(escapeByte, at + 1)
  ) {
    const end = colourEnd(chunk, at);
    if (end === at) {
      continue;
    }
    target.set(chunk.subarray(from, at), offset + copied);
    copied += at - from;
    if (end > chunk.length) {
      return { copied, rest: chunk.slice(at) };
    }
    colours.push({ at: position + copied, bytes: chunk.slice(at, end) });
    from = end;
    at = end - 1;
  }
  if (from < chunk.length) {
    target.set(chunk.subarray(from), offset + copied);
  }
  return { copied: copied + chunk.length - from, rest: nothing };
}

/** The end of the colour that begins at `at`; `at` itself where there is none, behind the chunk where it may still become one. */
function colourEnd(chunk: Uint8Array, at: number): number {
  let i = at + 1;
  if (i < chunk.length && chunk[i] !== 0x5b) {
    return at;
  }
  i++;
  while (i < chunk.length && i < at + longestColourBytes && isParameter(chunk[i]!)) {
    i++;
  }
  if (i >= at + longestColourBytes) {
    return at;
  }
  return i >= chunk.length ? chunk.length + 1 : chunk[i] === 0x6d ? i + 1 : at;
}

function isParameter(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x3a || byte === 0x3b;
}
