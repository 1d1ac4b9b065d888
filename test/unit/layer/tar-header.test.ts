import { assert, integer, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { isTarHeader } from "../../../src/layer/tar-header.ts";

/** 512 bytes at `at` of a buffer, with the sum of all but the field for it, byte by byte. */
function withSum(content: Uint8Array, at: number, worth: (byte: number) => number): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(at, 7), content, Buffer.alloc(9, 7)]);
  bytes.fill(0x20, at + 148, at + 156);
  const sum = [...bytes.subarray(at, at + 512)].reduce((so, byte) => so + worth(byte), 0);
  if (sum > 0) bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148, "latin1");
  return bytes;
}

const content = uint8Array({ minLength: 512, maxLength: 512 });
const place = integer({ min: 0, max: 9 });

describe("the checksum of a tar header", () => {
  it("is the sum of its bytes, whatever they are and wherever it lies", () => {
    assert(
      property(content, place, (block, at) => {
        expect(isTarHeader(withSum(block, at, Number), at)).toBe(true);
      }),
    );
    expect(isTarHeader(withSum(new Uint8Array(512).fill(255), 3, Number), 3)).toBe(true);
  });

  it("does not hold when a byte is another", () => {
    assert(
      property(
        content,
        place,
        integer({ min: 0, max: 147 }),
        integer({ min: 1, max: 127 }),
        (block, at, changed, by) => {
          const plain = block.map((byte) => byte & 0x7f);
          const bytes = withSum(plain, at, Number);
          bytes[at + changed]! ^= by;
          expect(isTarHeader(bytes, at)).toBe(false);
        },
      ),
    );
  });

  it("may have taken bytes as signed ones, as some old programs did", () => {
    const block = new Uint8Array(512).fill(0x40);
    block.fill(0xe9, 0, 5);
    expect(
      isTarHeader(
        withSum(block, 4, (byte) => (byte << 24) >> 24),
        4,
      ),
    ).toBe(true);
  });
});
