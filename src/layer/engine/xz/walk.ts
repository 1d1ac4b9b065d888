import { breaksOff, type DecodeProblem } from "../engine.ts";

/**
 * Goes through packed bytes that come bit by bit: asks for them, for room, and gives what they unpack to. So whoever runs it may wait
 * as he likes, and it reads as if all were there.
 */
export type Walk<Result> = Generator<Wish, Result, Uint8Array | undefined>;

export type Wish =
  /** Answered with so many bytes, or with none when there are no more that many. */
  | { readonly kind: "bytes"; readonly least: number; readonly most: number }
  /** To be taken before the next wish. */
  | { readonly kind: "piece"; readonly piece: Buffer }
  /** For what is referred back to: answered with bytes, whichever, if there is room, and with none if there is not. */
  | { readonly kind: "window"; readonly windowBytes: number };

/** Ends a walk before its time. */
export class WalkEnd extends Error {
  readonly problem: DecodeProblem;

  constructor(problem: DecodeProblem) {
    super(problem.why);
    this.problem = problem;
  }
}

export function* exactly(count: number): Walk<Buffer> {
  const bytes = yield* upTo(count, count);
  // they are there no longer than until the next wish
  return Buffer.from(bytes);
}

export function* upTo(most: number, least = 1): Walk<Uint8Array> {
  const bytes = yield { kind: "bytes", least, most };
  if (bytes === undefined) throw new WalkEnd(breaksOff);
  return bytes;
}

export function* give(piece: Buffer): Walk<void> {
  if (piece.length > 0) yield { kind: "piece", piece };
}

export function* hasRoom(windowBytes: number): Walk<boolean> {
  return (yield { kind: "window", windowBytes }) !== undefined;
}
