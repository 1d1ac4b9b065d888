import { randomBytes, randomInt } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createMatcher,
  type Literal,
  longBytes,
  shortestBytes,
  spareBytes,
  stepBytes,
} from "../../../src/scan/matcher.ts";

type Found = { readonly literal: number; readonly start: number; readonly end: number };

/** Looks through a text in steps of some multiples of the step, each with the whole text around it. */
function find(literals: readonly Literal[], text: Uint8Array, steps: readonly number[] = []): Found[] {
  const bytes = Buffer.alloc(text.length + spareBytes, 0x5a);
  bytes.set(text);
  const matcher = createMatcher(literals);
  const runs = new Map<number, number>();
  const found: Found[] = [];
  let first = 0;
  for (const step of [...steps.map((count) => count * stepBytes), text.length]) {
    const last = Math.min(text.length, step === text.length ? step : first + step);
    matcher.scan({ bytes, from: 0, to: text.length, at: 0 }, first, last, runs, (literal, start, end) => {
      found.push({ literal, start, end });
    });
    first = last;
  }
  return found.sort((a, b) => a.start - b.start || a.literal - b.literal);
}

function findSlowly(literals: readonly Literal[], text: Uint8Array): Found[] {
  const haystack = Buffer.from(text);
  return literals
    .flatMap(({ bytes }, literal) => {
      const found: Found[] = [];
      for (let at = haystack.indexOf(bytes); at !== -1; at = haystack.indexOf(bytes, at + 1)) {
        found.push({ literal, start: at, end: at + bytes.length });
      }
      return found;
    })
    .sort((a, b) => a.start - b.start || a.literal - b.literal);
}

describe("the matcher", () => {
  test("finds what a byte by byte search finds, each occurrence once, wherever steps end", () => {
    // Few different bytes, so that literals overlap themselves and each other.
    const letters = fc.constantFrom(..."aAbB-_\0");
    const literal = fc
      .array(letters, { minLength: shortestBytes, maxLength: 60 })
      .map((parts): Literal => ({ bytes: Buffer.from(parts.join(""), "latin1") }));
    fc.assert(
      fc.property(
        fc.array(literal, { minLength: 1, maxLength: 12 }),
        fc.array(fc.oneof(letters, fc.nat({ max: 11 })), { maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
        (literals, parts, steps) => {
          const pieces = parts.map((part) =>
            typeof part === "number"
              ? Buffer.from(literals[part % literals.length]!.bytes)
              : Buffer.from(part, "latin1"),
          );
          const text = Buffer.concat(pieces);
          expect(find(literals, text, steps)).toEqual(findSlowly(literals, text));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("finds any run of a window's length of a literal, wherever it lies, and tells it once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: longBytes, max: 90 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (windowBytes, before, more, where) => {
          const value = randomBytes(600);
          const length = Math.min(600, windowBytes + more);
          const from = Math.floor(where * (600 - length));
          const text = Buffer.concat([randomBytes(before), value.subarray(from, from + length), randomBytes(200)]);
          const [run, ...others] = find([{ bytes: value, windowBytes }], text);
          expect(others).toEqual([]);
          // A byte beside it can be the right one by chance.
          expect(run!.start).toBeLessThanOrEqual(before);
          expect(run!.end).toBeGreaterThanOrEqual(before + length);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("does not take a shorter run than a window", () => {
    const value = randomBytes(200);
    const text = Buffer.concat([
      randomBytes(500),
      Buffer.from([value[79]! ^ 1]),
      value.subarray(80, 80 + 35),
      Buffer.from([value[115]! ^ 1]),
    ]);
    expect(find([{ bytes: value, windowBytes: 36 }], text)).toEqual([]);
    expect(find([{ bytes: value, windowBytes: 35 }], text)).toHaveLength(1);
  });

  test("finds a literal that is larger than what is kept around it by what can be seen of it", () => {
    const value = randomBytes(100_000);
    const text = Buffer.concat([randomBytes(777), value, randomBytes(50)]);
    expect(find([{ bytes: value }], text)).toEqual([
      { literal: 0, start: 777, end: 777 + 8192 + randomSlack(text, value) },
    ]);
  });

  test("finds one of a thousand among the others", () => {
    const literals = Array.from({ length: 1000 }, () => ({ bytes: randomBytes(randomInt(4, 80)) }));
    const text = Buffer.concat([randomBytes(10_000), literals[777]!.bytes, randomBytes(10_000)]);
    expect(find(literals, text)).toContainEqual({
      literal: 777,
      start: 10_000,
      end: 10_000 + literals[777]!.bytes.length,
    });
  });
});

/** The probe that finds it lies up to 16 bytes behind its beginning, and looks the same way ahead from there. */
function randomSlack(text: Buffer, value: Buffer): number {
  const start = text.indexOf(value.subarray(0, 64));
  return (17 - (start % 17)) % 17;
}
