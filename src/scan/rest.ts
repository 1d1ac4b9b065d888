import { magicBytes } from "../layer/magic.ts";
import type { Walker } from "../layer/spot.ts";
import type { Strand } from "./strand.ts";

/** Chooses by the first bytes of what follows the end of packed ones who takes it: nobody, where it is no archive. */
export type OpenRest = (head: Buffer) => Walker | undefined;

/** What follows the end of packed bytes. */
export type Rest = {
  readonly write: (bytes: Uint8Array, settle: () => Promise<void>) => Promise<void>;
  /** Gives how many bytes nobody took. */
  readonly end: () => number;
};

/**
 * It may be an archive of its own: what Linux starts with is one after the other, each packed its own way. As it is it was searched
 * with the bytes before it, so it is taken once more only if it is to be opened.
 */
export function createRest(open: OpenRest, newStrand: (walker: Walker, room?: number) => Strand): Rest {
  let head: Buffer | undefined = Buffer.alloc(0);
  let strand: Strand | undefined;
  let untaken = 0;

  return {
    write: async (bytes, settle) => {
      let next = bytes;
      if (head !== undefined) {
        head = Buffer.concat([head, bytes]);
        if (head.length < magicBytes) return;
        const walker = open(head.subarray(0, magicBytes));
        strand = walker && newStrand(walker);
        next = head;
        head = undefined;
      }
      if (strand === undefined) untaken += next.length;
      else await strand.write(next, settle);
    },
    end: () => {
      if (head === undefined) {
        strand?.end();
        return untaken;
      }
      const walker = head.length === 0 ? undefined : open(head);
      if (walker === undefined) return head.length;
      newStrand(walker, head.length).whole([head]);
      return 0;
    },
  };
}
