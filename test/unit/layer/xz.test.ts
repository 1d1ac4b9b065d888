import { describe, expect, test } from "vitest";
import { type Decoded, decode } from "../../../src/layer/decode.ts";
import { makeProgram } from "./made-program.ts";
import { filteredXz, itaniumXz, xzOfBlocks } from "./made-xz-by-tool.ts";

const limits = { maxBytes: 1e9, bombRatio: Number.POSITIVE_INFINITY, bombBytes: Number.POSITIVE_INFINITY };
const program = makeProgram(400);
const blockBytes = 700;
const footerBytes = 12;
/** Of one that breaks off nobody knows where it goes to. */
const longestInstruction = 5;

const fromTool = (base64: string): Buffer => Buffer.from(base64, "base64");

async function unpack(packed: Buffer, pieceBytes = packed.length): Promise<Decoded & { readonly text: Buffer }> {
  async function* inPieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < packed.length; at += pieceBytes) yield packed.subarray(at, at + pieceBytes);
  }

  const pieces: Buffer[] = [];
  const result = await decode("xz", inPieces(), limits, (piece) => void pieces.push(Buffer.from(piece)));
  return { ...result, text: Buffer.concat(pieces) };
}

/** Where the index begins, as the footer says it (the xz file format, 2.1.2.2). */
function indexOf(packed: Buffer): number {
  return packed.length - footerBytes - (packed.readUInt32LE(packed.length - 8) + 1) * 4;
}

function withChanged(packed: Buffer, at: number): Buffer {
  const changed = Buffer.from(packed);
  changed[at]! ^= 1;
  return changed;
}

describe("xz, as the tool packs it,", () => {
  const ways = [
    ...Object.entries(filteredXz),
    ...Object.entries(xzOfBlocks).map(([check, xz]) => [`blocks, ${check}`, xz]),
  ];

  test.each(ways)("is unpacked: %s", async (_, xz) => {
    const packed = fromTool(xz!);
    for (const pieceBytes of [1, 7, packed.length]) {
      const { text, problem, trailing } = await unpack(packed, pieceBytes);
      expect({ problem, trailing }).toEqual({ problem: undefined, trailing: 0 });
      expect(text.equals(program)).toBe(true);
    }
  });

  test.each(ways)("gives what there is of one that breaks off, and says so: %s", async (_, xz) => {
    const packed = fromTool(xz!);
    for (let length = 1; length < packed.length; length += 3) {
      const { text, problem } = await unpack(packed.subarray(0, length));
      expect(problem?.kind).toBe("truncated");
      const sure = Math.max(0, text.length - longestInstruction);
      expect(text.subarray(0, sure).equals(program.subarray(0, sure))).toBe(true);
      if (length >= indexOf(packed)) expect(text.length).toBe(program.length);
    }
  });

  test("is named where its filter is not undone", async () => {
    expect(await unpack(fromTool(itaniumXz))).toMatchObject({ bytes: 0, problem: { kind: "unknown" } });
  });
});

describe("damaged xz", () => {
  const checked = Object.entries(xzOfBlocks).filter(([check]) => check !== "none");

  test.each(checked)("is said to be when a block has another check, and all of it is given: %s", async (_, xz) => {
    const packed = fromTool(xz);
    const { text, problem } = await unpack(withChanged(packed, indexOf(packed) - 1));
    expect(problem?.kind).toBe("corrupt");
    expect(text.equals(program)).toBe(true);
  });

  test.each(checked)("keeps none of its other blocks from being read: %s", async (_, xz) => {
    const { text, problem } = await unpack(withChanged(fromTool(xz), 100));
    expect(problem?.kind).toBe("corrupt");
    expect(text.subarray(-(program.length - blockBytes)).equals(program.subarray(blockBytes))).toBe(true);
  });

  test("is said to be wherever a byte is another that matters, and all is given where it matters to none of it", async () => {
    const packed = fromTool(xzOfBlocks["sha256"]!);
    for (let at = 0; at < packed.length; at++) {
      const { text, problem } = await unpack(withChanged(packed, at));
      // LZMA begins with a byte that says nothing
      if (problem === undefined || at >= indexOf(packed)) expect(text.equals(program), `byte ${at}`).toBe(true);
      else expect(problem.kind, `byte ${at}`).not.toBe("limit");
    }
  });

  test("is not what is followed by something else", async () => {
    for (const rest of ["junk", "\xfd7zYZ\0", "\x1f\x8b\x08\0", "\xfd"]) {
      const packed = Buffer.concat([fromTool(xzOfBlocks["crc64"]!), Buffer.alloc(8), Buffer.from(rest, "latin1")]);
      for (const pieceBytes of [1, packed.length]) {
        expect(await unpack(packed, pieceBytes)).toMatchObject({ bytes: program.length, trailing: rest.length });
        expect((await unpack(packed, pieceBytes)).problem).toBeUndefined();
      }
    }
  });
});
