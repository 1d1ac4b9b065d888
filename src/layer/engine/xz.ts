import {
  breaksOff,
  type DecodeProblem,
  damaged,
  type Engine,
  mostWindowBytes,
  outOfMemory,
  type Take,
  unknownWay,
  windowTooLarge,
} from "./engine.ts";

/**
 * What xz-decompress exports from its WebAssembly (xz-embedded): a context holds one stream of streams, with buffers for
 * both sides. Its own stream class lets one context live at a time, so that an xz file in an xz file would wait for
 * itself; and it does not tell what it took.
 */
type Xz = {
  readonly memory: WebAssembly.Memory;
  readonly create_context: () => number;
  readonly destroy_context: (context: number) => void;
  readonly supply_input: (context: number, bytes: number) => void;
  readonly get_next_output: (context: number) => number;
};

type XzClass = {
  _moduleInstance?: { readonly exports: Xz };
  readonly _getModuleInstance: () => Promise<void>;
};

/** The words of a context (src/native/xz-decompress.h): buffer size, then `struct xz_buf`. */
const word = { bufferBytes: 0, in: 1, inAt: 2, inEnd: 3, out: 4, outAt: 5 } as const;
/** `enum xz_ret` of xz.h. */
const result = {
  ok: 0,
  streamEnd: 1,
  unsupportedCheck: 2,
  memoryError: 3,
  memoryLimit: 4,
  optionsError: 6,
  bufferError: 8,
} as const;

let loading: Promise<Xz> | undefined;

/** How many contexts there are, and how much memory may be kept when there are none: it never shrinks. */
let contexts = 0;
const mostKeptBytes = 24 << 20;

/** Two dictionaries of the largest size: more is a file whose later parts ask for more than its first. */
const mostMemoryBytes = 2 * mostWindowBytes + (16 << 20);

async function loadXz(): Promise<Xz> {
  const { default: module } = (await import("xz-decompress")) as unknown as {
    default: { readonly XzReadableStream: XzClass };
  };
  await module.XzReadableStream._getModuleInstance();
  const { exports } = module.XzReadableStream._moduleInstance!;
  // whoever is done with it lets go of its memory
  delete module.XzReadableStream._moduleInstance;
  return exports;
}

/** Unpacks xz: any number of streams with padding between, dictionaries up to `mostWindowBytes`, which is its own limit. */
export async function startXz(take: Take): Promise<Engine> {
  loading ??= loadXz();
  const xz = await loading;
  const context = xz.create_context();
  contexts++;
  // a memory that has grown is another one
  const words = (): Uint32Array => new Uint32Array(xz.memory.buffer, context, 7);
  const bufferBytes = words()[word.bufferBytes]!;
  let taken = 0;
  let problem: DecodeProblem | undefined;
  let over = false;
  let rest: Uint8Array = Buffer.alloc(0);
  let isAlive = true;

  function close(): void {
    if (isAlive) {
      xz.destroy_context(context);
      contexts--;
      if (contexts === 0 && xz.memory.buffer.byteLength > mostKeptBytes) loading = undefined;
    }
    isAlive = false;
    over = true;
  }

  /** Unpacks what was supplied. False when there is nothing more to come. */
  async function drain(isLast: boolean): Promise<boolean> {
    for (;;) {
      const code = xz.get_next_output(context);
      const state = words();
      const count = state[word.outAt]!;
      const isFull = count === bufferBytes;
      state[word.outAt] = 0;
      if (count > 0) {
        const piece = Buffer.from(Buffer.from(xz.memory.buffer, state[word.out], count));
        if (!(await take(piece))) return false;
      }
      if (xz.memory.buffer.byteLength > mostMemoryBytes) {
        // it does not shrink: whoever comes next gets another
        loading = undefined;
        problem = windowTooLarge;
        return false;
      }
      if (code !== result.ok && code !== result.unsupportedCheck) {
        problem = problemOf(code);
        return false;
      }
      const hasRead = words()[word.inAt] === words()[word.inEnd];
      if (hasRead && !isFull && (!isLast || count === 0)) {
        if (isLast) problem = breaksOff;
        return !isLast;
      }
    }
  }

  return {
    feed: async (bytes) => {
      for (let at = 0; at < bytes.length && !over; ) {
        const part = bytes.subarray(at, at + bufferBytes);
        new Uint8Array(xz.memory.buffer, words()[word.in], part.length).set(part);
        xz.supply_input(context, part.length);
        const goesOn = await drain(false);
        const used = words()[word.inAt]!;
        taken += used;
        at += used;
        if (goesOn) continue;
        rest = bytes.subarray(at);
        close();
      }
      return !over;
    },
    finish: async () => {
      if (!over) {
        xz.supply_input(context, 0);
        await drain(true);
        close();
      }
      return problem;
    },
    taken: () => taken,
    left: () => [rest],
    abandon: close,
  };
}

function problemOf(code: number): DecodeProblem | undefined {
  if (code === result.streamEnd) return undefined;
  if (code === result.memoryLimit) return windowTooLarge;
  if (code === result.memoryError) return outOfMemory;
  // a filter for programs, a checksum that it does not know
  if (code === result.optionsError) return unknownWay;
  return code === result.bufferError ? breaksOff : damaged;
}
