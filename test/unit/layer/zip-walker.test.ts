import { deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Spot } from "../../../src/layer/spot.ts";
import { createZipWalker, type ZipMember } from "../../../src/layer/zip-walker.ts";
import { type MadeMember, makeZip } from "./made-zip.ts";

function walk(zip: Buffer, cuts: readonly number[] = []) {
  const members: ZipMember[] = [];
  const contents: Buffer[] = [];
  const broken: string[] = [];
  let ended = 0;
  const walker = createZipWalker({ root: 1, path: ["a.zip"] }, 0, {
    broken: (why) => broken.push(why),
    open: (member) => {
      const index = members.push(member) - 1;
      contents.push(Buffer.alloc(0));
      return {
        write: (bytes, from, to) => {
          contents[index] = Buffer.concat([contents[index]!, bytes.subarray(from, to)]);
        },
        end: (_, whole) => {
          ended += whole ? 1 : 0;
        },
      };
    },
  });
  const places = [0, ...[...cuts].sort((a, b) => a - b).filter((cut) => cut > 0 && cut < zip.length)];
  for (const [index, from] of places.entries()) walker.push(zip, from, places[index + 1] ?? zip.length, from);
  walker.end(zip.length);
  return { members, contents, broken, ended, spot: walker.spot as (offset: number) => Spot };
}

const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  // What looks like the end of a member, and is not.
  fc.constantFrom("PK\x07\x08", "PK\x07\x08".repeat(20), "PK\x03\x04", "PK", "x".repeat(5000)),
);
const member: fc.Arbitrary<MadeMember> = fc.record({
  name: fc.stringMatching(/^[a-z]{1,8}$/),
  content: fc.array(text, { maxLength: 4 }).map((parts) => Buffer.from(parts.join(""), "latin1")),
  method: fc.constantFrom("stored", "deflate"),
  streamed: fc.boolean(),
  unmarked: fc.boolean(),
  sized: fc.boolean(),
});

/** Fails if something follows. */
function unpacked(packed: Buffer): Buffer {
  const content = inflateRawSync(packed);
  expect(packed.equals(deflateRawSync(content))).toBe(true);
  return content;
}

describe("the zip walker", () => {
  test("gives each member's bytes, sizes known or not, whatever way they come", () => {
    fc.assert(
      fc.property(
        fc.array(member, { maxLength: 5 }),
        fc.array(fc.nat({ max: 6000 }), { maxLength: 10 }),
        (made, cuts) => {
          const { members, contents, broken, ended } = walk(makeZip(made), cuts);
          expect(broken).toEqual([]);
          expect(ended).toBe(made.length);
          expect(members.map(({ path, method }) => ({ path, method }))).toEqual(
            made.map(({ name, method }) => ({ path: name, method })),
          );
          made.forEach(({ content, method }, index) => {
            const bytes = method === "deflate" ? unpacked(contents[index]!) : contents[index]!;
            expect(bytes.equals(Buffer.from(content as Uint8Array))).toBe(true);
          });
        },
      ),
      { numRuns: 400 },
    );
  });

  test("knows whose each byte is", () => {
    const zip = makeZip([
      { name: "first", content: "one" },
      { name: "second", content: "two" },
    ]);
    const { spot } = walk(zip);
    expect(spot(zip.indexOf("one"))).toMatchObject({
      kind: "content",
      path: ["a.zip", "first"],
      start: zip.indexOf("one"),
    });
    expect(spot(zip.indexOf("second"))).toMatchObject({ kind: "name", path: ["a.zip", "second"] });
    expect(spot(5)).toMatchObject({ kind: "metadata", path: ["a.zip", "first"] });
    expect(spot(zip.lastIndexOf("second"))).toMatchObject({ kind: "metadata", path: ["a.zip"] });
  });

  test("tells encrypted members", () => {
    expect(walk(makeZip([{ name: "a", content: "x", encrypted: true }])).members).toMatchObject([{ encrypted: true }]);
  });

  test("says that a zip breaks off, or holds something else", () => {
    const zip = makeZip([{ name: "a", content: "x".repeat(100) }]);
    expect(walk(zip.subarray(0, 20)).broken).toHaveLength(1);
    expect(walk(zip.subarray(0, 60)).broken).toHaveLength(1);
    expect(
      walk(makeZip([{ name: "a", content: "x".repeat(100), streamed: true }]).subarray(0, 90)).broken,
    ).toHaveLength(1);
    expect(walk(Buffer.concat([zip.subarray(0, 131), Buffer.from("something")])).broken).toHaveLength(1);
  });

  test("goes on behind something between the members, wherever a piece ends", () => {
    const zip = makeZip([{ name: "a", content: "x".repeat(100) }]);
    const rest = makeZip([{ name: "b", content: "y" }]);
    for (const gap of ["s", "something", "PK or PK\x01 but PK", `${"\0".repeat(4000)}PKPK`]) {
      const bytes = Buffer.concat([zip.subarray(0, 131), Buffer.from(gap), rest]);
      for (let cut = 120; cut < 180; cut++) {
        const { members, broken } = walk(bytes, [cut]);
        expect(members.map(({ path }) => path)).toEqual(["a", "b"]);
        expect(broken).toEqual(["a zip with something else between its members"]);
      }
    }
  });

  test.each([
    { streamed: false, sized: false },
    { streamed: true, sized: false },
    { streamed: true, sized: true },
  ])("passes over the signatures of an Android package, wherever a piece ends: %o", (how) => {
    const zip = makeZip([{ name: "a", content: "x".repeat(100), ...how }]);
    const directory = zip.indexOf("PK\x01\x02");
    const block = Buffer.from(`${"s".repeat(100)}APK Sig Block 42`);
    const signed = Buffer.concat([zip.subarray(0, directory), block, zip.subarray(directory)]);
    for (let cut = 120; cut < 290; cut++) {
      const { members, contents, broken, ended } = walk(signed, [cut]);
      expect([members.length, contents[0]!.length, broken, ended]).toEqual([1, 100, [], 1]);
    }
  });

  test("takes a descriptor of eight bytes to a size, with a mark and without", () => {
    for (const mark of ["PK\x07\x08", ""]) {
      const zip = makeZip([{ name: "a", content: "x".repeat(100), streamed: true }]);
      const wide = Buffer.alloc(20);
      wide.writeUInt32LE(100, 4);
      wide.writeUInt32LE(100, 12);
      const bytes = Buffer.concat([zip.subarray(0, 131), Buffer.from(mark, "latin1"), wide, zip.subarray(147)]);
      for (let cut = 120; cut < 180; cut++) {
        const { contents, broken, ended } = walk(bytes, [cut]);
        expect([contents[0]!.length, broken, ended]).toEqual([100, [], 1]);
      }
    }
  });

  test("reads one that was to be split, and begins with another mark", () => {
    const zip = makeZip([{ name: "a", content: "x" }]);
    for (const mark of ["PK\x07\x08", "PK00"]) {
      const bytes = Buffer.concat([Buffer.from(mark, "latin1"), zip]);
      for (let cut = 1; cut < 60; cut++) {
        const { members, contents, broken } = walk(bytes, [cut]);
        expect([members.length, contents[0]!.toString(), broken]).toEqual([1, "x", []]);
      }
    }
  });

  test("goes on with another zip behind its directory, wherever a piece ends", () => {
    const first = makeZip([{ name: "a", content: "x" }]);
    const second = makeZip([{ name: "b", content: "y", streamed: true }]);
    for (const between of ["", "PK", "PK\x05\x06", "something".repeat(10)]) {
      const bytes = Buffer.concat([first, Buffer.from(between), second]);
      for (let cut = first.length - 50; cut < first.length + 130; cut++) {
        const { members, contents, broken, spot } = walk(bytes, [cut]);
        expect([members.map(({ path }) => path), contents.map(String), broken]).toEqual([["a", "b"], ["x", "y"], []]);
        expect(spot(first.length - 1)).toMatchObject({ kind: "metadata", path: ["a.zip"] });
      }
    }
  });

  test("never throws for anything, and tells the same wherever a piece ends", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 }))), (changes) => {
        const zip = makeZip([
          { name: "a", content: "x".repeat(100) },
          { name: "b", content: "y", method: "deflate", streamed: true },
          { name: "c", content: "z", streamed: true, unmarked: true },
          { name: "d", content: "z", streamed: true, unmarked: true, sized: true },
        ]);
        for (const [at, byte] of changes) zip[at % zip.length] = byte;
        const { spot, ...told } = walk(zip, [50, 150]);
        const { spot: _, ...toldAtOnce } = walk(zip);
        expect(told).toEqual(toldAtOnce);
        for (let at = 0; at < zip.length; at++) expect(spot(at).start).toBeLessThanOrEqual(at);
      }),
    );
  });
});
