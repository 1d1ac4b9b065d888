/**
 * Chooses by which four bytes each literal of a rule is met, and which of them share a bucket (see `src/scan/kernel/teddy.ts`),
 * so that as little as possible of a usual system is looked at twice: `node scripts/seats.ts FOLDER…`. The folders are a
 * system's files; a sample of their bytes is counted, and seats change places by simulated annealing. It takes ten minutes
 * (then `biome check --write` for the file), and is to be run again when rules have got many literals: those without a seat get
 * one at each start of a scan, as they come.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync, writeFileSync } from "node:fs";
import { join as pathOf } from "node:path";
import { longBytes } from "../src/scan/kernel/grid.ts";
import { buckets, buildTeddy, emptyShape, join, type Seat, type Shape, shapeOf } from "../src/scan/kernel/teddy.ts";
import { contentRules } from "../src/scan/rule/every-rule.ts";

const sampleBytes = 3 << 20;
const pieceBytes = 1 << 12;
const rounds = 900_000;
/** In candidates for a million bytes: about what one literal adds. */
const warmest = 100;

type Wanted = { readonly text: string; readonly bytes: Uint8Array; readonly anyCase: boolean };
/**
 * The four bytes in a row of a sample, each once, and how often it stood there: in order of the first two of them; those with one such pair
 * stand from `starts` of it to `starts` of the next.
 */
type Grams = { readonly starts: Uint32Array; readonly grams: Uint32Array; readonly counts: Uint32Array };

let state = 1;
/** The same numbers each time (a linear congruential generator). */
function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function wantedLiterals(): Wanted[] {
  const found = new Map<string, Wanted>();
  for (const rule of contentRules) {
    for (const text of rule.literals) {
      if (text.length >= longBytes) continue;
      const anyCase = rule.anyCase === true || found.get(text)?.anyCase === true;
      found.set(text, { text, bytes: Buffer.from(text, "latin1"), anyCase });
    }
  }
  return [...found.values()];
}

/** Not through links: `readdirSync` follows them, round and round, when it is to go down by itself. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = pathOf(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Pieces from anywhere in the files, each byte as likely as any other. */
function sample(files: readonly string[]): Grams {
  const sizes = files.map(sizeOf);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const counts = new Map<number, number>();
  const piece = Buffer.alloc(pieceBytes);
  for (const [index, file] of files.entries()) {
    const wanted = (sizes[index]! / all) * (sampleBytes / pieceBytes);
    const times = Math.floor(wanted) + (random(1 << 20) < (wanted % 1) * (1 << 20) ? 1 : 0);
    for (let time = 0; time < times; time++) {
      const from = random(Math.max(1, sizes[index]! - pieceBytes));
      const read = readPiece(file, piece, from);
      for (let at = 0; at + 4 <= read; at++) {
        const gram = piece.readUInt32LE(at);
        counts.set(gram, (counts.get(gram) ?? 0) + 1);
      }
    }
  }
  const pairOf = (gram: number): number => gram & 0xffff;
  const grams = Uint32Array.from(counts.keys()).sort((a, b) => pairOf(a) - pairOf(b));
  const starts = new Uint32Array(0x10001);
  for (const gram of grams) starts[pairOf(gram) + 1]!++;
  for (let pair = 0; pair < 0x10000; pair++) starts[pair + 1]! += starts[pair]!;
  return { starts, grams, counts: grams.map((gram) => counts.get(gram)!) };
}

function sizeOf(file: string): number {
  try {
    const opened = openSync(file, "r");
    const { size } = fstatSync(opened);
    closeSync(opened);
    return size;
  } catch {
    return 0;
  }
}

function readPiece(file: string, piece: Buffer, from: number): number {
  const opened = openSync(file, "r");
  try {
    return readSync(opened, piece, 0, piece.length, from);
  } finally {
    closeSync(opened);
  }
}

/** How many of the sample's places a bucket of this shape lets through. */
function candidates({ low, high }: Shape, { starts, grams, counts }: Grams): number {
  // for each byte that may stand at a position a 1: two looks are cheaper than four halves
  const [first, second, third, fourth] = [0, 1, 2, 3].map((at) => {
    const passes = new Uint8Array(256);
    for (let byte = 0; byte < 256; byte++) passes[byte] = (low[at]! >> (byte & 15)) & (high[at]! >> (byte >> 4)) & 1;
    return passes;
  });
  let sum = 0;
  for (let pair = 0; pair < 0x10000; pair++) {
    if ((first![pair & 255]! & second![pair >>> 8]!) === 0) continue;
    for (let index = starts[pair]!; index < starts[pair + 1]!; index++) {
      const gram = grams[index]!;
      if ((third![(gram >>> 16) & 255]! & fourth![gram >>> 24]!) === 1) sum += counts[index]!;
    }
  }
  return sum;
}

function choose(wanted: readonly Wanted[], grams: Grams): Seat[] {
  const seats: Seat[] = startingSeats(wanted);
  const shapeOfBucket = (bucket: number): Shape => {
    const shape = emptyShape();
    for (const [index, seat] of seats.entries()) {
      if (seat.bucket === bucket) join(shape, shapeOf(wanted[index]!, seat.place));
    }
    return shape;
  };
  const perMillion = 1e6 / grams.counts.reduce((sum, count) => sum + count, 0);
  const cost = (bucket: number): number => candidates(shapeOfBucket(bucket), grams) * perMillion;
  const costs = Array.from({ length: buckets }, (_, bucket) => cost(bucket));
  let best = [...seats];
  let sum = total(costs);
  let least = sum;
  for (let round = 0; round < rounds; round++) {
    const index = random(wanted.length);
    const before = seats[index]!;
    const places = Math.max(1, wanted[index]!.bytes.length - 3);
    const after: Seat = { place: random(places), bucket: random(buckets) };
    seats[index] = after;
    const [from, to] = [cost(before.bucket), cost(after.bucket)];
    const added = from - costs[before.bucket]! + (after.bucket === before.bucket ? 0 : to - costs[after.bucket]!);
    const warmth = warmest * 0.001 ** (round / rounds);
    if (added > 0 && random(1 << 20) >= Math.exp(-added / warmth) * (1 << 20)) {
      seats[index] = before;
      continue;
    }
    costs[before.bucket] = from;
    costs[after.bucket] = to;
    sum = total(costs);
    if (sum < least) {
      least = sum;
      best = [...seats];
    }
    if (round % 10_000 === 0) console.log(`${round}: ${Math.round(sum)} candidates in a million bytes`);
  }
  console.log(`least: ${Math.round(least)}`);
  return best;
}

/** One by one, as a scan would seat them. */
function startingSeats(wanted: readonly Wanted[]): Seat[] {
  const { places, tables } = buildTeddy(wanted);
  return wanted.map(({ bytes }, index) => {
    const place = places[index]!;
    let buckets = 0xff;
    for (let at = 0; at < 4; at++) {
      const byte = bytes[place + at];
      if (byte !== undefined) buckets &= tables[at * 32 + (byte & 15)]! & tables[at * 32 + 16 + (byte >> 4)]!;
    }
    return { place, bucket: 31 - Math.clz32(buckets & -buckets) };
  });
}

function total(costs: readonly number[]): number {
  return costs.reduce((sum, cost) => sum + cost, 0);
}

const wanted = wantedLiterals();
const seats = choose(wanted, sample(process.argv.slice(2).flatMap(filesIn)));
const lines = wanted.map(({ text }, index) => {
  const { place, bucket } = seats[index]!;
  return `  ${JSON.stringify(text)}: [${place}, ${bucket}],\n`;
});
writeFileSync(
  pathOf(import.meta.dirname, "../src/scan/rule-seat.ts"),
  `/**
 * For each short literal of a rule, chosen by \`scripts/seats.ts\`: by which of its bytes, four in a row, it is met, and its
 * bucket (see \`scan/kernel/teddy.ts\`).
 */
export const seats: Readonly<Record<string, readonly [place: number, bucket: number]>> = {
${lines.toSorted().join("")}};
`,
);
