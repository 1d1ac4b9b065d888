import { crc32 } from "node:zlib";
import { type DecodeProblem, damaged, mostWindowBytes, outOfMemory, windowTooLarge } from "../engine.ts";

/**
 * What xz-decompress exports from its WebAssembly (xz-embedded): a context holds one stream, with buffers for both sides. Its
 * own stream class lets one context live at a time, so that an xz file in an xz file would wait for itself.
 */
type Library = {
  readonly memory: WebAssembly.Memory;
  readonly create_context: () => number;
  readonly destroy_context: (context: number) => void;
  readonly supply_input: (context: number, bytes: number) => void;
  readonly get_next_output: (context: number) => number;
};

type LibraryClass = {
  _moduleInstance?: { readonly exports: Library };
  readonly _getModuleInstance: () => Promise<void>;
};

/** The words of a context (src/native/xz-decompress.h): buffer size, then `struct xz_buf`. */
const word = { bufferBytes: 0, in: 1, inAt: 2, inEnd: 3, out: 4, outAt: 5 } as const;
/** `enum xz_ret` of xz.h. */
const result = { ok: 0, memoryError: 3 } as const;

let loading: Promise<Library> | undefined;

/** How many contexts there are, and how much memory may be kept when there are none: it never shrinks. */
let contexts = 0;
const mostKeptBytes = 24 << 20;

/** Two dictionaries of the largest size: more is what grew beside what others let go of. */
const mostMemoryBytes = 2 * mostWindowBytes + (16 << 20);

async function load(): Promise<Library> {
  const { default: module } = (await import("xz-decompress")) as unknown as {
    default: { readonly XzReadableStream: LibraryClass };
  };
  await module.XzReadableStream._getModuleInstance();
  const { exports } = module.XzReadableStream._moduleInstance!;
  // whoever is done with it lets go of its memory
  delete module.XzReadableStream._moduleInstance;
  return exports;
}

/** Unpacks what one LZMA2 encoder wrote, from its first chunk on. */
export type Lzma2 = {
  /** Gives what the next bytes unpack to, piece by piece; the pieces are the taker's own. */
  readonly unpack: (bytes: Uint8Array) => Generator<Buffer, DecodeProblem | undefined, void>;
  readonly close: () => void;
};

/** @param dictionary how far back it refers, as the header of its block says it; no more than `mostWindowBytes` */
export type StartLzma2 = (dictionary: number) => Lzma2;

/** The library knows the checks and filters that Linux starts with, not all that others use: it gets LZMA2 alone, as an xz stream without either. */
export async function loadLzma2(): Promise<StartLzma2> {
  loading ??= load();
  const library = await loading;
  return (dictionary) => start(library, dictionary);
}

function start(library: Library, dictionary: number): Lzma2 {
  const { memory, supply_input, get_next_output } = library;
  const context = library.create_context();
  contexts++;
  let isOpen = true;
  // a memory that has grown is another one
  const words = (): Uint32Array => new Uint32Array(memory.buffer, context, 7);
  const bufferBytes = words()[word.bufferBytes]!;

  function* supply(part: Uint8Array): Generator<Buffer, DecodeProblem | undefined, void> {
    new Uint8Array(memory.buffer, words()[word.in], part.length).set(part);
    supply_input(context, part.length);
    for (;;) {
      const code = get_next_output(context);
      const state = words();
      const count = state[word.outAt]!;
      state[word.outAt] = 0;
      if (count > 0) yield Buffer.from(Buffer.from(memory.buffer, state[word.out], count));
      if (memory.buffer.byteLength > mostMemoryBytes) {
        // it does not shrink: whoever comes next gets another
        loading = undefined;
        return windowTooLarge;
      }
      if (code !== result.ok) return code === result.memoryError ? outOfMemory : damaged;
      if (count < bufferBytes && words()[word.inAt] === words()[word.inEnd]) return undefined;
    }
  }

  let head: Buffer | undefined = headOf(dictionary);
  return {
    unpack: function* (bytes) {
      let problem = head === undefined ? undefined : yield* supply(head);
      head = undefined;
      for (let at = 0; at < bytes.length && problem === undefined; at += bufferBytes) {
        problem = yield* supply(bytes.subarray(at, at + bufferBytes));
      }
      return problem;
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      library.destroy_context(context);
      contexts--;
      if (contexts === 0 && memory.buffer.byteLength > mostKeptBytes) loading = undefined;
    },
  };
}

const noCheck = Buffer.alloc(2);

/** The header of a stream, and of a block with nothing but LZMA2 (the xz file format, 2.1.1 and 3.1). */
function headOf(dictionary: number): Buffer {
  const block = Buffer.from([2, 0, 0x21, 1, dictionary, 0, 0, 0]);
  return Buffer.concat([Buffer.from("\xfd7zXZ\0", "latin1"), noCheck, checksumOf(noCheck), block, checksumOf(block)]);
}

function checksumOf(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(bytes));
  return sum;
}
