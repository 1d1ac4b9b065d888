/**
 * Remembers byte sequences: gives whether one was not there yet. They are told apart by a number of theirs, so that no text is made of
 * each; they are kept, and may not change.
 */
export function createDistinct(): (bytes: Uint8Array) => boolean {
  const known = new Map<number, Uint8Array[]>();
  return (bytes) => {
    const key = keyOf(bytes);
    const alike = known.get(key);
    if (alike === undefined) known.set(key, [bytes]);
    else if (alike.some((other) => isSame(other, bytes))) return false;
    else alike.push(bytes);
    return true;
  };
}

/** Of a few bytes from all over: a prime, so that they are not always those of an escape that are the same for each byte. */
function keyOf(bytes: Uint8Array): number {
  const { length } = bytes;
  let key = length;
  for (let nth = 1; nth <= mostLookedAt; nth++) key = (Math.imul(key, 31) + bytes[(nth * prime) % length]!) | 0;
  return key;
}

const mostLookedAt = 16;
const prime = 7919;

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
