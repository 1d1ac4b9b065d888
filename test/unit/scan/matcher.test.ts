import { randomBytes, randomInt } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longBytes } from "../../../src/scan/kernel/grid.ts";
import { shortestBytes, shortestRun, shortestWrapped } from "../../../src/scan/kernel/tables.ts";
import { createMatcher, type Literal, type Runs, reachBytes, stepBytes } from "../../../src/scan/matcher.ts";

type Found = { readonly literal: number; readonly start: number; readonly end: number };

type How = { readonly plain: boolean; readonly steps?: readonly number[]; readonly copied?: boolean };

/** Looks through a text in steps of some multiples of the step, each with the whole text around it. */
function find(literals: readonly Literal[], text: Uint8Array, { plain, steps = [], copied = false }: How): Found[] {
  const matcher = createMatcher(literals, text.length + 1000, plain);
  const bytes = copied ? Buffer.alloc(text.length) : matcher.window(text.length);
  bytes.set(text);
  const runs: Runs = new Map();
  const found: Found[] = [];
  let first = 0;
  for (const step of [...steps.map((count) => count * stepBytes), text.length]) {
    const last = Math.min(text.length, step === text.length ? step : first + step);
    matcher.scan({ bytes, from: 0, to: text.length, at: 0 }, first, last, runs, (literal, start, end) => {
      found.push({ literal, start, end });
    });
    first = last;
  }
  return sorted(found);
}

function findSlowly(literals: readonly Literal[], text: Uint8Array): Found[] {
  const found = literals.flatMap(({ bytes, anyCase = false }, literal) => {
    const haystack = anyCase ? lowered(text) : Buffer.from(text);
    const wanted = anyCase ? lowered(bytes) : bytes;
    const places: Found[] = [];
    for (let at = haystack.indexOf(wanted); at !== -1; at = haystack.indexOf(wanted, at + 1)) {
      places.push({ literal, start: at, end: at + bytes.length });
    }
    return places;
  });
  return sorted(found);
}

function lowered(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)));
}

function sorted(found: Found[]): Found[] {
  return found.sort((a, b) => a.start - b.start || a.literal - b.literal);
}

function hexOf(length: number): Buffer {
  return Buffer.from(randomBytes(length).toString("hex").slice(0, length));
}

/** A text in lines of so many columns; the first one has `first`, unless that is 0. */
function lines(text: Buffer, columns: number, first: number, lineEnd: string): Buffer {
  const all = text.toString("latin1");
  const rest = all.slice(first).match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
  return Buffer.from([...(first === 0 ? [] : [all.slice(0, first)]), ...rest].join(lineEnd));
}

describe.each([
  ["in WebAssembly", false],
  ["in JavaScript", true],
])("the matcher %s", (_, plain) => {
  test("finds what a byte by byte search finds, each occurrence once, wherever steps end", () => {
    // Few different bytes, so that literals overlap themselves and each other.
    const letters = fc.constantFrom(..."aAbB-_\0");
    const literal = fc
      .record({ parts: fc.array(letters, { minLength: shortestBytes, maxLength: 60 }), anyCase: fc.boolean() })
      .map(({ parts, anyCase }): Literal => ({ bytes: Buffer.from(parts.join(""), "latin1"), anyCase }));
    fc.assert(
      fc.property(
        fc.array(literal, { minLength: 1, maxLength: 12 }),
        fc.array(fc.oneof(letters, fc.nat({ max: 11 })), { maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
        fc.boolean(),
        (literals, parts, steps, copied) => {
          const pieces = parts.map((part) =>
            typeof part === "number"
              ? Buffer.from(literals[part % literals.length]!.bytes)
              : Buffer.from(part, "latin1"),
          );
          const text = Buffer.concat(pieces);
          expect(find(literals, text, { plain, steps, copied })).toEqual(findSlowly(literals, text));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("finds literals of every length at every place of the grid", () => {
    for (let length = shortestBytes; length <= 40; length++) {
      const literals = [{ bytes: randomBytes(length) }];
      const pieces = Array.from({ length: 200 }, (_, at) => [randomBytes(at % 67), literals[0]!.bytes]).flat();
      const text = Buffer.concat(pieces);
      expect(find(literals, text, { plain })).toEqual(findSlowly(literals, text));
    }
  });

  test("finds any run of a window's length of a literal, wherever it lies, and tells it once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: shortestRun, max: 90 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (windowBytes, before, more, where) => {
          const value = randomBytes(600);
          const length = Math.min(600, windowBytes + more);
          const from = Math.floor(where * (600 - length));
          const text = Buffer.concat([randomBytes(before), value.subarray(from, from + length), randomBytes(200)]);
          const [run, ...others] = find([{ bytes: value, windowBytes }], text, { plain });
          expect(others).toEqual([]);
          // A byte beside it can be the right one by chance.
          expect(run!.start).toBeLessThanOrEqual(before);
          expect(run!.end).toBeGreaterThanOrEqual(before + length);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("finds a literal that wraps, whatever columns its lines have, and tells it once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2 * longBytes, max: 400 }),
        fc.integer({ min: 2 * longBytes, max: 100 }),
        fc.nat({ max: 200 }),
        fc.constantFrom("\n", "\r\n"),
        (length, columns, before, lineEnd) => {
          const value = hexOf(length);
          const wrapped = lines(value, columns, before % columns, lineEnd);
          const text = Buffer.concat([randomBytes(before), wrapped, randomBytes(200)]);
          const whole = { start: before, end: before + wrapped.length };
          expect(find([{ bytes: value, wraps: true }], text, { plain })).toEqual([{ literal: 0, ...whole }]);
          expect(find([{ bytes: value, wraps: true, windowBytes: 32 }], text, { plain })).toMatchObject([whole]);
          expect(find([{ bytes: value }], text, { plain })).toHaveLength(wrapped.length === length ? 1 : 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("finds one that is short, wherever a line ends in it and wherever it stands, and tells it once", () => {
    for (let length = shortestWrapped; length < 2 * longBytes + 4; length++) {
      const value = Buffer.from(hexOf(length).map((byte, at) => (at % 3 === 0 && byte > 0x60 ? byte & 0xdf : byte)));
      const literals: Literal[] = [
        { bytes: value, wraps: true },
        { bytes: lowered(value), wraps: true, anyCase: true },
        ...(length < shortestRun ? [] : [{ bytes: value, wraps: true, windowBytes: shortestRun }]),
      ];
      for (let cut = 0; cut < length; cut++) {
        for (const lineEnd of cut === 0 ? [""] : ["\n", "\r\n"]) {
          const written = Buffer.concat([value.subarray(0, cut), Buffer.from(lineEnd), value.subarray(cut)]);
          // at each place of a block
          const every = Buffer.alloc(65 * 64, Buffer.concat([written, Buffer.alloc(65 - written.length, ".")]));
          const starts = Array.from({ length: 64 }, (_, index) => 65 * index);
          const whole = starts.flatMap((start) =>
            literals.map((_, literal) => ({ literal, start, end: start + written.length })),
          );
          expect(find(literals, every, { plain, steps: [3, 1, 20] })).toEqual(whole);
        }
      }
    }
  });

  test("takes of a literal that wraps no less than the whole, or than a window", () => {
    const value = hexOf(120);
    const broken = Buffer.from(value);
    broken[60] = 0x2e;
    const text = Buffer.concat([randomBytes(99), lines(broken, 40, 7, "\n"), randomBytes(99)]);
    expect(find([{ bytes: value, wraps: true }], text, { plain })).toEqual([]);
    expect(find([{ bytes: value, wraps: true, windowBytes: 61 }], text, { plain })).toEqual([]);
    expect(find([{ bytes: value, wraps: true, windowBytes: 60 }], text, { plain })).toHaveLength(1);
  });

  test("takes upper and lower case for one where it is told to, in runs and in what wraps too", () => {
    const value = hexOf(160);
    const mixed = Buffer.from(value.map((byte, at) => (byte > 0x60 && at % 3 === 0 ? byte & 0xdf : byte)));
    const text = Buffer.concat([randomBytes(70), lines(mixed, 64, 9, "\n"), randomBytes(70)]);
    const whole = [{ start: 70, end: 70 + 160 + 3 }];
    const { length } = find([{ bytes: value, wraps: true }], text, { plain });
    expect(length).toBe(0);
    expect(find([{ bytes: value, wraps: true, anyCase: true }], text, { plain })).toMatchObject(whole);
    expect(find([{ bytes: value, wraps: true, anyCase: true, windowBytes: 24 }], text, { plain })).toMatchObject(whole);
    expect(find([{ bytes: value, anyCase: true, windowBytes: 64 }], text, { plain })).toMatchObject([
      { start: 70 + 9 + 1, end: 70 + 9 + 1 + 64 },
      { start: 70 + 9 + 1 + 65, end: 70 + 9 + 1 + 65 + 64 },
    ]);
  });

  test("does not take a shorter run than a window", () => {
    const value = randomBytes(200);
    const text = Buffer.concat([
      randomBytes(500),
      Buffer.from([value[79]! ^ 1]),
      value.subarray(80, 80 + 35),
      Buffer.from([value[115]! ^ 1]),
    ]);
    expect(find([{ bytes: value, windowBytes: 36 }], text, { plain })).toEqual([]);
    expect(find([{ bytes: value, windowBytes: 35 }], text, { plain })).toHaveLength(1);
  });

  test("finds a literal that is larger than what is kept around it by what can be seen of it, and tells it once", () => {
    const value = randomBytes(100_000);
    const text = Buffer.concat([randomBytes(777), value, randomBytes(50)]);
    const found = find([{ bytes: value }], text, { plain });
    expect(found).toHaveLength(1);
    expect(found[0]!.start).toBe(777);
    expect(found[0]!.end).toBeGreaterThanOrEqual(777 + reachBytes);
  });

  test("finds one of a thousand among the others", () => {
    const literals = Array.from({ length: 1000 }, () => ({ bytes: randomBytes(randomInt(4, 80)) }));
    const text = Buffer.concat([randomBytes(10_000), literals[777]!.bytes, randomBytes(10_000)]);
    expect(find(literals, text, { plain })).toContainEqual({
      literal: 777,
      start: 10_000,
      end: 10_000 + literals[777]!.bytes.length,
    });
  });

  test("can be asked about another text while it tells of one", () => {
    const literals = [randomBytes(6), randomBytes(40), randomBytes(12)].map((bytes) => ({ bytes }));
    const others = Buffer.concat([randomBytes(30), ...literals.map(({ bytes }) => bytes), randomBytes(30)]);
    const text = Buffer.concat(Array.from({ length: 50 }, () => others));
    for (const copied of [false, true]) {
      const matcher = createMatcher(literals, text.length + 1000, plain);
      const bytes = copied ? Buffer.from(text) : matcher.window(text.length);
      bytes.set(text);
      const found: Found[] = [];
      matcher.scan({ bytes, from: 0, to: text.length, at: 0 }, 0, text.length, new Map(), (literal, start, end) => {
        found.push({ literal, start, end });
        const inside: number[] = [];
        matcher.scan({ bytes: others, from: 0, to: others.length, at: 0 }, 0, others.length, new Map(), (one) => {
          inside.push(one);
        });
        expect(inside.sort()).toEqual([0, 1, 2]);
      });
      expect(sorted(found)).toEqual(findSlowly(literals, text));
    }
  });

  test("tells every match of a text that is made of nothing else", () => {
    const literals = ["aaaa", "aaaaa", "aaaaaaaaaaaaaaaaa"].map((text) => ({ bytes: Buffer.from(text) }));
    const text = Buffer.alloc(50_000, "a");
    expect(find(literals, text, { plain }).length).toBe(3 * 50_000 - 3 - 4 - 16);
  });
});

test("line ends are counted alike by the kernel, wherever they stand, and without it", () => {
  const matcher = createMatcher([], 1000, false);
  const window = matcher.window(1000);
  const own = Buffer.alloc(1000);
  for (let round = 0; round < 50; round++) {
    for (let at = 0; at < own.length; at++) own[at] = randomInt(4) === 0 ? 0x0a : randomInt(256);
    window.set(own);
    const from = randomInt(1001);
    const to = from + randomInt(1001 - from);
    const expected = own.subarray(from, to).filter((byte) => byte === 0x0a).length;
    expect([matcher.lineEnds(window, from, to), matcher.lineEnds(own, from, to)]).toEqual([expected, expected]);
  }
});
