import { describe, expect, test } from "vitest";
import type { Encoding } from "../../../src/finding/finding.ts";
import type { SpotKind } from "../../../src/layer/spot.ts";
import type { Hit } from "../../../src/scan/hit.ts";
import { createLedger } from "../../../src/scan/ledger.ts";
import type { IssuedKey } from "../../../src/scan/rule.ts";
import { Secret } from "../../../src/secret/secret.ts";

type At = { readonly offset: number; readonly length?: number; readonly path?: string; readonly kind?: SpotKind };

function spotOf({ path = "a", kind = "content" }: At): Hit["spot"] {
  return { root: 1, kind, path: [path], start: 0, end: Number.POSITIVE_INFINITY };
}

function known(encoding: Encoding, at: At): Hit {
  const { offset, length = 20 } = at;
  return { what: { kind: "known", name: "token", encoding }, spot: spotOf(at), offset, length, line: undefined };
}

function pattern(value: string, at: At, credentials?: IssuedKey): Hit {
  const { offset, length = value.length } = at;
  const verdict = {
    start: offset,
    end: offset + length,
    value,
    severity: "error" as const,
    what: "a key",
    redacted: "not shown",
    ...(credentials === undefined ? {} : { credentials }),
  };
  return {
    what: { kind: "pattern", rule: "r", remedy: "x", verdict },
    spot: spotOf(at),
    offset,
    length,
    line: undefined,
  };
}

function grouped(hits: readonly Hit[]) {
  const ledger = createLedger();
  for (const hit of hits) ledger.add(hit);
  return ledger.groups();
}

describe("a place", () => {
  test("that is met in parts is called by the encoding of its longest single one", () => {
    const hits = [
      known("shell", { offset: 0, length: 30 }),
      known("shell", { offset: 30, length: 30 }),
      known("json", { offset: 0, length: 58 }),
    ];
    for (const some of [hits, hits.toReversed()]) {
      const [group] = grouped(some);
      expect(group!.sightings.map(({ encoding, offset, length }) => [encoding, offset, length])).toEqual([
        ["json", 0, 60],
      ]);
    }
  });

  test("in the bytes that something was unpacked from is told only where there is no other", () => {
    const packed = Array.from({ length: 500 }, (_, index) => known("raw", { offset: index * 1000, kind: "packed" }));
    const files = Array.from({ length: 100 }, (_, index) => known("raw", { offset: 0, path: `f${index}` }));
    const [both] = grouped([...packed, ...files]);
    expect([both!.sightings.length, both!.more]).toEqual([100, 0]);
    const [alone] = grouped(packed);
    expect([alone!.sightings.length, alone!.more]).toEqual([200, 300]);
  });
});

describe("however many there are", () => {
  test("each secret has a place, and a number for those that are not kept", () => {
    const hits = Array.from({ length: 700 }, (_, value) =>
      Array.from({ length: 180 }, (_, index) => pattern(`value-${value}`, { offset: index * 100, path: `${value}` })),
    );
    const groups = grouped(hits.flat());
    expect(groups).toHaveLength(700);
    expect(groups.every(({ sightings, more }) => sightings.length >= 1 && sightings.length + more === 180)).toBe(true);
    expect(groups.reduce((sum, { sightings }) => sum + sightings.length, 0)).toBeLessThan(101_000);
  });
});

test("a key that is whole at one place only is kept whole, with its token where there is one", () => {
  const key: IssuedKey = { issuer: "aws", id: "id", secret: new Secret("s", "x".repeat(40)) };
  const whole: IssuedKey = { ...key, token: new Secret("t", "y".repeat(40)) };
  const hits = [
    pattern("value", { offset: 0 }),
    pattern("value", { offset: 100 }, key),
    pattern("value", { offset: 200 }, whole),
    pattern("value", { offset: 300 }),
  ];
  for (const some of [hits, hits.toReversed()]) {
    const [group] = grouped(some);
    expect(group!.what.kind === "pattern" && group!.what.verdict.credentials).toBe(whole);
  }
});

test("secrets of rules are counted in each layer: an image of layers that hold the same ones takes no more than one", () => {
  const ledger = createLedger();
  for (let root = 1; root <= 12; root++) {
    for (let index = 0; index < 2000; index++) {
      const hit = pattern(`value-${index}`, { offset: 100 * index });
      ledger.add({ ...hit, spot: { ...hit.spot, root } });
    }
  }
  expect(ledger.overflowed()).toBe(true);
  expect(ledger.groups()).toHaveLength(20_000);
});
