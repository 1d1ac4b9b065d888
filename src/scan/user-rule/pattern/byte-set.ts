/** Some of the 256 bytes: 1 at those that are in it. */
export type ByteSet = Uint8Array;

export function bytesFrom(first: number, last: number): ByteSet {
  return new Uint8Array(256).fill(1, first, last + 1);
}

export function oneByte(byte: number): ByteSet {
  return bytesFrom(byte, byte);
}

export function bytesOf(text: string): ByteSet {
  return unionOf([...text].map((character) => oneByte(character.charCodeAt(0))));
}

export function unionOf(sets: readonly ByteSet[]): ByteSet {
  const union = new Uint8Array(256);
  for (const set of sets) for (let byte = 0; byte < 256; byte++) union[byte]! |= set[byte]!;
  return union;
}

export function without(set: ByteSet): ByteSet {
  return set.map((isIn) => 1 - isIn);
}

/** With the other case of each ASCII letter in it. */
export function anyCaseOf(set: ByteSet): ByteSet {
  return set.map((isIn, byte) => (isIn === 1 || set[otherCase(byte)] === 1 ? 1 : 0));
}

export function otherCase(byte: number): number {
  return isLetter(byte) ? byte ^ 0x20 : byte;
}

export function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

export function membersOf(set: ByteSet): number[] {
  const members: number[] = [];
  for (let byte = 0; byte < 256; byte++) if (set[byte] === 1) members.push(byte);
  return members;
}

export function meet(...sets: readonly ByteSet[]): boolean {
  for (let byte = 0; byte < 256; byte++) if (sets.every((set) => set[byte] === 1)) return true;
  return false;
}

export const digits = bytesFrom(0x30, 0x39);
export const wordBytes = unionOf([digits, bytesFrom(0x41, 0x5a), bytesFrom(0x61, 0x7a), oneByte(0x5f)]);
export const blanks = bytesOf("\t\n\v\f\r ");
export const lineEnds = bytesOf("\n\r");
