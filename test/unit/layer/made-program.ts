/** Bytes such as programs of several processors have, calls above all; the same ones each time. */
const instructions = [
  "e800010000", // x86: CALL, and JMP backwards
  "e9ffffffff",
  "e8e8",
  "e9",
  "00",
  "ff",
  "102030eb", // ARM
  "48123401", // PowerPC
  "4bffff01",
  "40001234", // SPARC
  "7ffffffe",
  "12340094", // ARM64: BL, ADRP
  "010200b0",
  "12f034f8", // Thumb
  "fff7ffff",
].map((hex) => Buffer.from(hex, "hex"));

export function makeProgram(count: number): Buffer {
  let seed = 1;
  return Buffer.concat(
    Array.from({ length: count }, () => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return instructions[(seed >>> 16) % instructions.length]!;
    }),
  );
}
