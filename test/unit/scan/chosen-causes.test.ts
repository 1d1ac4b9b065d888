import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Finding, ImagePlace, Severity } from "../../../src/finding/finding.ts";
import { chooseCauses, chooseFindings } from "../../../src/scan/chosen-causes.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import type { ContentRule } from "../../../src/scan/rule.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import type { Group, Sighting } from "../../../src/scan/sighting.ts";
import { inPieces, type MadeImage, makeArchive } from "../image/made-image.ts";

const sighting = (root: number, severity: Severity): Sighting => ({
  root,
  kind: "content",
  path: ["a"],
  pointer: undefined,
  severity,
  encoding: undefined,
  offset: 0,
  length: 20,
  longest: 20,
  line: 1,
});

const pattern = (root: number, severity: Severity): Group => ({
  what: {
    kind: "pattern",
    rule: "word",
    remedy: "Take it out.",
    verdict: { start: 0, end: 20, value: `${root}`, severity, what: "a word", redacted: "not shown" },
  },
  root,
  sightings: [sighting(root, severity)],
  more: 0,
});

const known: Group = {
  what: { kind: "known", name: "token", encoding: "raw" },
  root: 99_999,
  sightings: [sighting(99_999, "error")],
  more: 0,
};

const word: ContentRule = {
  id: "word",
  literals: ["WORD-"],
  before: 20,
  after: 60,
  judge: (text, at) => {
    const value = /^WORD-\w{16}/.exec(text.slice(at))?.[0];
    return value === undefined
      ? undefined
      : { start: at, end: at + value.length, value, severity: "error", what: "a word", redacted: "not shown" };
  },
  remedy: "Take it out.",
};

const words = (count: number) =>
  Array.from({ length: count }, () => `WORD-${randomBytes(8).toString("hex")}\n`).join("");

function scan(images: readonly MadeImage[]): Promise<ImageScan> {
  const options = { needles: [], nowSeconds: 1_800_000_000, rules: { content: [word], place: [] } };
  return scanArchive(inPieces(makeArchive(images)), options);
}

describe("of very many causes", () => {
  test("known values and the worst are told, whatever order they were met in", () => {
    const infos = Array.from({ length: 19_998 }, (_, root) => pattern(root, "info"));
    const errors = [20_000, 20_001].map((root) => pattern(root, "error"));
    const few = chooseCauses([...infos, ...errors]);
    expect([few.isAll, few.groups.length]).toEqual([true, 20_000]);
    const many = chooseCauses([...infos, ...errors, known]);
    expect([many.isAll, many.groups.length]).toEqual([false, 20_000]);
    expect(many.groups.slice(0, 3)).toEqual([known, ...errors]);
  });

  test("a scan tells as many as a report can hold, and is not complete", async () => {
    const text = words(5_100);
    // in each layer it is a cause of its own
    const { findings, complete, skipped } = await scan([
      { layers: [[{ name: "a", content: text }], [{ name: "b", content: text }]] },
    ]);
    expect([findings.length, complete]).toEqual([10_000, false]);
    expect(skipped).toEqual([{ what: "the findings", why: "there are too many: not all of them are listed" }]);
  });

  test("what is known is among the findings that are told, and their order stays", () => {
    const finding = (rule: string, at: number): Finding => ({
      rule,
      severity: "error",
      message: "m",
      remedy: "r",
      fingerprint: `${at}`,
      where: { surface: "layer", path: "a" },
    });
    const others = Array.from({ length: 10_000 }, (_, at) => finding("word", at));
    expect(chooseFindings(others)).toEqual(others);
    const last = finding("known-value", 10_000);
    expect(chooseFindings([...others, last])).toEqual([...others.slice(0, 9_999), last]);
  });

  test("those of one instruction in the layers of several platforms are one finding, and all are told", async () => {
    const content = words(3_400);
    const images = ["amd64", "arm64", "s390x"].map((name) => ({
      layers: [
        [
          { name: "a", content },
          { name: name, content: "" },
        ],
      ],
      platform: `linux/${name}`,
    }));
    const { findings, complete } = await scan(images);
    expect([findings.length, complete]).toEqual([3_400, true]);
    expect(findings.every(({ places = [] }) => places.length === 2)).toBe(true);
  });

  test("in a layer that many images share, each has some of its places, and the number of the others", async () => {
    const layers = [[{ name: "a", content: words(2_000) }]];
    const images = Array.from({ length: 30 }, (_, at) => ({ layers, platform: `linux/arch${at}` }));
    const { findings, complete } = await scan(images);
    expect([findings.length, complete]).toEqual([2_000, true]);
    const [first] = findings;
    const platforms = [first!.where, ...first!.places!].map((place) => (place as ImagePlace).platform);
    expect(new Set(platforms).size).toBe(10);
    expect(first!.unlisted).toBe(20);
  });
});
