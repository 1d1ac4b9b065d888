import { frequency } from "./rarity.ts";

/** A short literal, and whether upper and lower case are one. */
export type ShortLiteral = { readonly bytes: Uint8Array; readonly anyCase: boolean; readonly seat?: Seat };

/** By which of its bytes, four in a row, a literal is met, and with which others it shares a bucket. */
export type Seat = { readonly place: number; readonly bucket: number };

/** By which four bytes each literal is met, and the tables that meet them: of each byte the lower half, then the upper. */
export type Teddy = { readonly places: readonly number[]; readonly tables: Uint8Array };

export const buckets = 8;
const positions = 4;
const tried = 6;

/** For each position a bit for each half of a byte that may stand there. */
export type Shape = { readonly low: Uint16Array; readonly high: Uint16Array };

/**
 * Gives each literal that has none yet the seat that lets the least of a usual system through. One after the other, the
 * commonest first: what shares a bucket with others lets through all that any mixture of them has.
 */
export function buildTeddy(literals: readonly ShortLiteral[]): Teddy {
  const shapes = Array.from({ length: buckets }, emptyShape);
  const places = literals.map(({ seat }) => seat?.place ?? 0);
  for (const literal of literals) {
    if (literal.seat !== undefined) join(shapes[literal.seat.bucket]!, shapeOf(literal, literal.seat.place));
  }
  const open = [...literals.keys()].filter((index) => literals[index]!.seat === undefined);
  if (open.length > 0) seatRest(literals, open, shapes, places);
  return { places, tables: tablesOf(shapes) };
}

function seatRest(literals: readonly ShortLiteral[], open: readonly number[], shapes: Shape[], places: number[]): void {
  const leastCosts = new Map(open.map((index) => [index, Math.min(...costsOf(literals[index]!))]));
  const order = open.toSorted((a, b) => leastCosts.get(b)! - leastCosts.get(a)!);
  const costs = Float64Array.from(shapes, costOf);
  for (const index of order) {
    const { bucket, candidate, cost } = cheapest(candidatesOf(literals[index]!), shapes, costs);
    join(shapes[bucket]!, candidate.shape);
    costs[bucket] = cost;
    places[index] = candidate.place;
  }
}

function cheapest(
  candidates: readonly Candidate[],
  shapes: readonly Shape[],
  costs: Float64Array,
): { bucket: number; candidate: Candidate; cost: number } {
  let best = { bucket: 0, candidate: candidates[0]!, cost: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    for (let bucket = 0; bucket < buckets; bucket++) {
      const shape = shapes[bucket]!;
      // of thousands of literals most need nothing that is not let through already
      if (holds(shape, candidate.shape)) return { bucket, candidate, cost: costs[bucket]! };
      const cost = costOf(joined(shape, candidate.shape));
      const added = cost - costs[bucket]!;
      if (added >= least) continue;
      least = added;
      best = { bucket, candidate, cost };
    }
  }
  return best;
}

type Candidate = { readonly place: number; readonly shape: Shape };

function candidatesOf(literal: ShortLiteral): Candidate[] {
  const costs = costsOf(literal);
  const places = [...costs.keys()].sort((a, b) => costs[a]! - costs[b]!).slice(0, tried);
  return places.map((place) => ({ place, shape: shapeOf(literal, place) }));
}

/** By the place: of how many places of a usual system its four bytes there would let one through. */
function costsOf({ bytes, anyCase }: ShortLiteral): number[] {
  const common = Array.from(bytes, (byte) =>
    anyCase && isLetter(byte) ? frequency[byte & 0xdf]! + frequency[byte | 0x20]! : frequency[byte]!,
  );
  const last = Math.max(0, bytes.length - positions);
  return Array.from({ length: last + 1 }, (_, place) =>
    common.slice(place, place + positions).reduce((product, share) => product * share, 1),
  );
}

export function emptyShape(): Shape {
  return { low: new Uint16Array(positions), high: new Uint16Array(positions) };
}

export function shapeOf({ bytes, anyCase }: ShortLiteral, place: number): Shape {
  const shape = emptyShape();
  for (let at = 0; at < positions; at++) {
    const byte = bytes[place + at];
    if (byte === undefined) {
      // the shortest have three bytes: anything may follow
      shape.low[at] = 0xffff;
      shape.high[at] = 0xffff;
      continue;
    }
    for (const each of anyCase && isLetter(byte) ? [byte & 0xdf, byte | 0x20] : [byte]) {
      shape.low[at]! |= 1 << (each & 15);
      shape.high[at]! |= 1 << (each >> 4);
    }
  }
  return shape;
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function joined({ low, high }: Shape, other: Shape): Shape {
  const both = { low: low.slice(), high: high.slice() };
  join(both, other);
  return both;
}

/** Does it let through what `other` does? */
function holds({ low, high }: Shape, other: Shape): boolean {
  for (let at = 0; at < positions; at++) {
    if ((other.low[at]! & ~low[at]!) !== 0 || (other.high[at]! & ~high[at]!) !== 0) return false;
  }
  return true;
}

/** Lets through what `other` does, too. */
export function join(shape: Shape, other: Shape): void {
  for (let at = 0; at < positions; at++) {
    shape.low[at]! |= other.low[at]!;
    shape.high[at]! |= other.high[at]!;
  }
}

/** Of how many places of a usual system one would be looked at. */
function costOf({ low, high }: Shape): number {
  let cost = 1;
  for (let at = 0; at < positions; at++) {
    let sum = 0;
    for (let upper = high[at]!; upper !== 0; upper &= upper - 1) {
      const row = (31 - Math.clz32(upper & -upper)) << 4;
      for (let lower = low[at]!; lower !== 0; lower &= lower - 1) {
        sum += frequency[row | (31 - Math.clz32(lower & -lower))]!;
      }
    }
    cost *= sum;
  }
  return cost;
}

function tablesOf(shapes: readonly Shape[]): Uint8Array {
  const tables = new Uint8Array(positions * 2 * 16);
  for (const [bucket, { low, high }] of shapes.entries()) {
    for (let at = 0; at < positions; at++) {
      for (let half = 0; half < 16; half++) {
        if ((low[at]! >> half) & 1) tables[at * 32 + half]! |= 1 << bucket;
        if ((high[at]! >> half) & 1) tables[at * 32 + 16 + half]! |= 1 << bucket;
      }
    }
  }
  return tables;
}
