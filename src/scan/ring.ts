import type { SharedKernel } from "./kernel/kernel.ts";

/**
 * What two threads that go through a file share. One reads it ahead, piece after piece, into slots of the kernel's memory, and
 * when it has nothing else to do it searches the last of them that nobody looked at yet. The other one takes them in turn.
 *
 * A slot holds a piece and, before it, `keptBytes` of what came before. Numbers are words of `control`, addresses are those
 * of the kernel's memory. From piece `first` on, piece n lies in slot n - first + 1, all round.
 */
export type Ring = {
  readonly control: SharedArrayBuffer;
  readonly words: typeof ringWords;
  readonly kernel: SharedKernel;
  readonly slots: readonly { readonly address: number; readonly met: number }[];
  readonly pieceBytes: number;
  readonly keptBytes: number;
  /** So many matches have room at `met`, of three words each. */
  readonly mostMet: number;
};

/** What each word says. `slot` is the first of four words for each slot. */
export const ringWords = {
  /** Of the thread that reads: 0 not there yet, 1 there, 2 gone. */
  reader: 0,
  /** The first piece that it is to read, and one more; 0: none yet. */
  first: 1,
  /** The piece that the other one is at: those before it are done with. */
  at: 2,
  /** Changes whenever the reader may have something to do. */
  tick: 3,
  /** 1: nothing more is wanted. */
  over: 4,
  slot: 8,
  /** The piece that is there, and one more. */
  piece: 0,
  /** How many bytes it has: fewer than a piece at the file's end, -1 if it could not be read. */
  bytes: 1,
  /** Who searches it: 0 nobody yet, 1 the reader, 2 the other one; 3 the reader has, 4 and met more than there is room for. */
  state: 2,
  met: 3,
} as const;
