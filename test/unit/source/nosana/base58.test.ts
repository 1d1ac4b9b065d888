import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase58, toBase58 } from "../../../../src/source/nosana/base58.ts";

// the examples of draft-msporny-base58, and the address of Solana's system program
test.each([
  [Buffer.from("Hello World!"), "2NEpo7TZRRrLZSi2U"],
  [
    Buffer.from("The quick brown fox jumps over the lazy dog."),
    "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
  ],
  [Buffer.from("0000287fb4cd", "hex"), "11233QC4"],
  [Buffer.alloc(32), "1".repeat(32)],
  [Buffer.alloc(0), ""],
])("base58 is what others make of the same bytes (%#)", (bytes, text) => {
  expect(toBase58(bytes)).toBe(text);
  expect(fromBase58(text)).toEqual(bytes);
});

test("what is written can be read back, with the zeros at its front", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(3), (bytes, zeros) => {
      const all = Buffer.concat([Buffer.alloc(zeros), bytes]);
      expect(fromBase58(toBase58(all))).toEqual(all);
    }),
  );
});

test.each(["0", "O", "I", "l", "a b", "a+", "é"])("a text with %j in it is not base58", (text) => {
  expect(fromBase58(text)).toBeUndefined();
});
