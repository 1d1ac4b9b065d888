import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openedBeginnings, sniff } from "../../../src/layer/magic.ts";
import { createPathLog } from "../../../src/layer/path-log.ts";
import { longestRun, pathIn } from "../../../src/layer/tar-run.ts";
import { createTarWalker } from "../../../src/layer/tar-walker.ts";
import { createMatcher } from "../../../src/scan/matcher.ts";
import { placeRules } from "../../../src/scan/rule/every-rule.ts";
import { makeAr } from "../layer/made-archive.ts";
import { type MadeEntry, makeEntry, makeTar, withChecksum } from "../layer/made-tar.ts";

const base = { root: 3, path: ["outer"] };
const at = 4096;

/** Walks it in pieces that lie in a kernel's memory; `isSkimmed`: as runs, where that can be. */
function walk(tar: Buffer, cuts: readonly number[], isSkimmed: boolean) {
  const matcher = createMatcher([], tar.length + 4096);
  const window = matcher.window(tar.length + 1);
  tar.copy(window, 1);
  const opened: string[] = [];
  const passed: string[] = [];
  const passedFiles: string[] = [];
  const broken: string[] = [];
  const contents: string[] = [];
  const paths = createPathLog();
  let files = 0;
  const walker = createTarWalker(
    base,
    at,
    {
      broken: (why) => broken.push(why),
      open: (entry) => {
        opened.push(entry.path);
        paths.add(entry.path, entry.kind === "directory");
        if (entry.kind !== "file") return undefined;
        files++;
        const index = contents.push("") - 1;
        return {
          write: (bytes, from, to) => {
            contents[index] += bytes.toString("latin1", from, to);
          },
          end: () => {},
        };
      },
      pass: (run) => {
        paths.addRun(run);
        files += run.files[run.count - 1]!;
        for (let index = 0; index < run.count; index++) {
          passed.push(pathIn(run, index));
          if (run.files[index]! > (run.files[index - 1] ?? 0)) passedFiles.push(pathIn(run, index));
        }
      },
    },
    isSkimmed ? matcher.skim : undefined,
  );
  const places = [0, ...cuts.filter((cut) => cut > 0 && cut < tar.length).toSorted((a, b) => a - b), tar.length];
  for (const [index, from] of places.slice(0, -1).entries())
    walker.push(window, from + 1, places[index + 1]! + 1, at + from);
  walker.end(at + tar.length);
  return { opened, passed, passedFiles, broken, contents, files, paths, spot: walker.spot, forget: walker.forget };
}

const names = [
  ...["a", "./a", "usr/bin/env", "./usr/lib/", "usr//lib", "./", ".", "..", "a/../b", "a/./b", "/abs", "x/", "..."],
  ...["etc/.wh.gone", "etc/.wh..wh..opq", ".wh.", "etc/.whx", "päx", "tab\there", "line\nend", "~", " ", "\x7f"],
  ...["root/.netrc", "app/auth.json", "etc/shadow", "some/name.JSON", "Solana-Wallet.json", "x/sources.list"],
  ...["n".repeat(99), "n".repeat(100), `${"d/".repeat(49)}ab`, `./${"d/".repeat(49)}`],
];
const heads: (string | Uint8Array)[] = [
  ...[
    "",
    "x",
    "text\n",
    "#!/bin/sh\n",
    "{}",
    "[1]",
    "blob 1\0x",
    "tree",
    "PACK",
    "BZh91AY&SY",
    "\x1f\x9d\x90",
    "]\0\0",
  ],
  ...[gzipSync("x"), makeAr([{ name: "m", content: "c" }]), makeTar([{ name: "in", content: "c" }]), "\x78\x9c..."],
  ...["a".repeat(511), "b".repeat(512), "c".repeat(513), Buffer.alloc(700), "0".repeat(600), " ".repeat(2000)],
];
const entry: fc.Arbitrary<MadeEntry> = fc.record(
  {
    name: fc.oneof(fc.constantFrom(...names), fc.string({ unit: "binary", minLength: 1, maxLength: 40 })),
    content: fc.constantFrom(...heads),
    type: fc.oneof(
      { weight: 5, arbitrary: fc.constant("0") },
      { weight: 1, arbitrary: fc.constantFrom("\0", "1", "2", "3", "5", "6", "7", "g", "L", "V") },
    ),
    link: fc.constantFrom("", "target"),
    padding: fc.constantFrom("", "old"),
    prefix: fc.constantFrom("", "", "", "prefix"),
  },
  { requiredKeys: ["name"] },
);
const usual: fc.Arbitrary<MadeEntry> = fc.record({
  name: fc.constantFrom("./usr/", "usr/lib/x.so", "usr/bin/tool", "./opt/a-file", "n".repeat(100)),
  content: fc.constantFrom("", "text\n", "c".repeat(513), Buffer.alloc(700)),
  type: fc.constantFrom("0", "0", "\0", "2", "5"),
});
const described = fc.oneof(
  { weight: 12, arbitrary: usual },
  { weight: 6, arbitrary: entry },
  { weight: 1, arbitrary: entry.map((one) => ({ ...one, longName: `long/${one.name}` })) },
  { weight: 1, arbitrary: entry.map((one) => ({ ...one, pax: { path: "päx" } })) },
);
/** Changes that the header's sum agrees with, and changes that it does not. */
const damage = fc.record({
  block: fc.nat(),
  at: fc.nat({ max: 511 }),
  byte: fc.nat({ max: 255 }),
  isSummed: fc.boolean(),
});

function damaged(
  tar: Buffer,
  changes: readonly { block: number; at: number; byte: number; isSummed: boolean }[],
): Buffer {
  for (const { block, at, byte, isSummed } of changes) {
    const begin = 512 * (block % Math.floor(tar.length / 512));
    tar[begin + at] = byte;
    if (isSummed) withChecksum(tar.subarray(begin, begin + 512));
  }
  return tar;
}

describe("a tar that is taken in runs", () => {
  it("says of each byte whose it is, as one that is read entry by entry", () => {
    let passed = 0;
    fc.assert(
      fc.property(
        fc.array(described, { maxLength: 12 }),
        fc.array(fc.nat({ max: 20_000 }), { maxLength: 6 }),
        fc.array(damage, { maxLength: 2 }),
        fc.nat({ max: 40_000 }),
        (entries, cuts, changes, length) => {
          const whole = damaged(makeTar(entries, "behind the end"), changes);
          const tar = whole.subarray(0, length);
          const one = walk(tar, cuts, false);
          const runs = walk(tar, cuts, true);
          expect(one.passed).toEqual([]);
          expect(runs.broken).toEqual(one.broken);
          expect(runs.files).toBe(one.files);
          expect([...runs.opened, ...runs.passed].toSorted()).toEqual(one.opened.toSorted());
          passed += runs.passed.length;
          for (let offset = 0; offset < tar.length; offset += 37) {
            expect(runs.spot(at + offset)).toEqual(one.spot(at + offset));
          }
          for (const path of [...one.opened, ...one.opened.map((each) => `${each}/x`), "gone", "etc/gone"]) {
            expect([path, runs.paths.hides(path)]).toEqual([path, one.paths.hides(path)]);
          }
          // what is opened is read as before, and what is passed holds nothing that anybody would open or read
          const left = [...one.contents];
          for (const content of runs.contents) left.splice(left.indexOf(content), 1);
          for (const content of left) {
            const bytes = Buffer.from(content, "latin1");
            expect(["unknown", "json"]).toContain(sniff(bytes, 0, Math.min(512, bytes.length)));
          }
          for (const path of runs.passedFiles) expect(placeRules.some(({ place }) => place.test(path))).toBe(false);
        },
      ),
      { numRuns: 1500 },
    );
    expect(passed).toBeGreaterThan(500);
  });

  it("opens nothing of a tar of usual files, and goes on over the end of a piece", () => {
    const entries = Array.from({ length: 3 * longestRun }, (_, index) => ({
      name: `./usr/share/doc/file-${index}`,
      content: "some text\n".repeat(index % 200),
    }));
    const tar = makeTar(entries);
    const cuts = Array.from({ length: 40 }, (_, index) => Math.floor((tar.length * index) / 40));
    const { opened, passed, files, broken, spot, forget } = walk(tar, cuts, true);
    expect({ passed: passed.length, files, broken }).toEqual({
      passed: entries.length - opened.length,
      files: entries.length,
      broken: [],
    });
    // a header, or a file's first block, that a piece ends in
    expect(opened.length).toBeLessThan(cuts.length);
    const last = tar.lastIndexOf("some text");
    forget(at + last);
    expect(spot(at + last)).toMatchObject({
      path: ["outer", `usr/share/doc/file-${entries.length - 1}`],
      kind: "content",
    });
  });

  it("leaves a prefix that an old Go wrote under GNU's mark to the walker", () => {
    const [header, ...rest] = makeEntry({ name: "name", prefix: "prefix", content: "c" });
    header!.write("ustar  \0", 257, "latin1");
    const tar = Buffer.concat([withChecksum(header!), ...rest, Buffer.alloc(1024)]);
    expect(walk(tar, [], true)).toMatchObject({ opened: ["prefix/name"], passed: [] });
  });

  it("reads sizes that end far behind what is at hand", () => {
    const [header] = makeEntry({ name: "big", type: "0" });
    header!.write("77777777777\0", 124);
    const tar = Buffer.concat([withChecksum(header!), Buffer.from("y".repeat(512))]);
    const { passed, spot } = walk(tar, [], true);
    expect(passed).toEqual(["big"]);
    expect(spot(at + 600)).toMatchObject({ path: ["outer", "big"], start: at + 512, end: at + 512 + 0o77777777777 });
  });
});

describe("the beginnings of what is opened", () => {
  const isMarked = (head: Buffer): boolean => {
    const pair = head.readUInt16LE(0);
    return (openedBeginnings[pair >>> 3]! & (1 << (pair & 7))) !== 0;
  };

  it("are those of all that is told by its first bytes", () => {
    const known = heads.map((head) => Buffer.from(head as string, "latin1")).filter(({ length }) => length > 1);
    const head = fc.oneof(
      fc.uint8Array({ minLength: 2, maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(fc.constantFrom(...known), fc.uint8Array({ maxLength: 30 })).map((parts) => Buffer.concat(parts)),
    );
    fc.assert(
      fc.property(head, (bytes) => {
        const magic = sniff(bytes, 0, Math.min(512, bytes.length));
        if (magic !== "unknown" && magic !== "json" && magic !== "tar")
          expect([magic, isMarked(bytes)]).toEqual([magic, true]);
      }),
      { numRuns: 5000 },
    );
  });

  it("are few: most files begin with something else", () => {
    let count = 0;
    for (const byte of openedBeginnings) for (let bit = 0; bit < 8; bit++) count += (byte >>> bit) & 1;
    expect(count).toBeLessThan(100);
    expect(isMarked(Buffer.from("\x7fELF", "latin1"))).toBe(false);
  });
});
