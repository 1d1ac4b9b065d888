import type { SharedKernel } from "./kernel/kernel.ts";

/**
 * What two threads that go through a file share: its pieces, in slots of the kernel's memory. Piece n lies in slot n modulo
 * their number and, before it, `keptBytes` of what came before. One thread takes the pieces in turn, and reads those that are
 * not there when it wants them. The other one hashes what is there; when it has nothing to hash it reads ahead, and then it
 * searches the last of what nobody looked at yet.
 *
 * Numbers are words of `control`, addresses are those of the kernel's memory.
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

/** What each word says. */
export const ringWords = {
  /** Of the thread beside: 0 not there yet, 1 there, 2 gone. */
  helper: 0,
  /** The piece that nobody has begun to read: who does counts it up. Not before the one before it is there. */
  next: 1,
  /** The piece that the scan is at: it is done with those before. */
  at: 2,
  /** Changes whenever the thread beside may have something to do. */
  tick: 3,
  /** 1: nothing more is wanted. */
  over: 4,
  /** The file's last piece, and one more; 0: not known yet. */
  last: 5,
  /** The first of the words of each slot: */
  slot: 8,
  slotWords: 5,
  /** The piece that is there, and one more. */
  piece: 0,
  /** How many bytes it has: fewer than a piece at the file's end, -1 if it could not be read. */
  bytes: 1,
  /** Who searches it: 0 nobody yet, 1 the thread beside, 2 the scan; 3 the thread beside has, 4 and met more than there is room for. */
  state: 2,
  met: 3,
  /** 1: the thread beside hashes what is in it; 2: the scan reads into it. */
  use: 4,
} as const;
