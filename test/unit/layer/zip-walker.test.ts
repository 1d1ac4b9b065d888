import { inflateRawSync } from "node:zlib";
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
});

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
            const bytes = method === "deflate" ? inflateRawSync(contents[index]!) : contents[index]!;
            expect(bytes.subarray(0, content.length).equals(Buffer.from(content as Uint8Array))).toBe(true);
            // Of what follows a member whose size is not known, a little may come with it.
            expect(bytes.length - content.length).toBeLessThan(28);
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
    // an Android package has its signatures there
    const signed = Buffer.concat([
      zip.subarray(0, 131),
      Buffer.from(`${"s".repeat(100)}APK Sig Block 42`),
      zip.subarray(131),
    ]);
    for (let cut = 120; cut < 270; cut++)
      expect(walk(signed, [cut])).toMatchObject({ members: [{ path: "a" }], broken: [] });
  });

  test("never throws for anything", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 }))), (changes) => {
        const zip = makeZip([
          { name: "a", content: "x".repeat(100) },
          { name: "b", content: "y", method: "deflate", streamed: true },
        ]);
        for (const [at, byte] of changes) zip[at % zip.length] = byte;
        const { spot } = walk(zip, [50, 150]);
        for (let at = 0; at < zip.length; at++) expect(spot(at).start).toBeLessThanOrEqual(at);
      }),
    );
  });
});
