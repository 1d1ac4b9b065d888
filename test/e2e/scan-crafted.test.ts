import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createLayout, describeImage, type Layout, openLayout } from "./image-layout.ts";
import { createPlants, nothing } from "./plant.ts";
import { craftImage, inTwo, notChunked, type Row, repack, rows, skippableFrame, tag } from "./scan-crafted.ts";
import { expectClean, placesOfName, type Scanned, scanImage } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import { type ImageTools, openImageTools } from "./service/image-tool.ts";

let tools: ImageTools;
let crafted: Layout;
const plants = createPlants();
beforeAll(async () => {
  tools = await openImageTools();
  crafted = await craftImage(plants.value, tools);
});

type Pack = (tar: Buffer) => Promise<Uint8Array>;
const through =
  (program: string, ...flags: string[]): Pack =>
  (tar) =>
    tools.pipe(program, ["-c", ...flags], tar);
const layer = "application/vnd.oci.image.layer.v1.tar";

/** How the layers lie there, and what their manifest says of it: that is not what they are told by. */
const packings: readonly (readonly [name: string, pack: Pack, mediaType: string])[] = [
  ["uncompressed", async (tar) => tar, layer],
  ["gzip", through("gzip"), `${layer}+gzip`],
  ["gzip that says it is uncompressed", through("gzip", "-1"), layer],
  ["pigz", through("pigz", "--independent"), `${layer}+gzip`],
  ["gzip of two members", (tar) => inTwo(tar, through("gzip")), `${layer}+gzip`],
  ["zstd", through("zstd", "-q", "-19"), `${layer}+zstd`],
  [
    "zstd of two frames with one to skip between them",
    (tar) => inTwo(tar, through("zstd", "-q", "--no-check"), skippableFrame(Buffer.from("to be skipped"))),
    `${layer}+zstd`,
  ],
  ["xz", through("xz", "-0"), `${layer}+xz`],
  ["bzip2", through("bzip2"), `${layer}+bzip2`],
];

function expectRows({ json, status }: Scanned, layout: Layout, wanted: readonly Row[] = rows): void {
  const image = describeImage(layout, layout.index().manifests[0].digest);
  const failed = wanted.flatMap(({ name, layer: index, where, also = [] }) => {
    const known = index === undefined ? undefined : image.layers[index]!;
    const place = {
      ...where,
      platform: image.platform,
      ...(known && { layer: { index, digest: known.digest, diffId: known.diffId, createdBy: known.createdBy } }),
    };
    const places = placesOfName(json, name);
    const isThere = places.some((each) => isLike(each, place));
    const others = places.filter(({ surface }) => surface !== where.surface && !also.includes(surface));
    const said = places.map((each) => `\n  ${JSON.stringify(each)}`).join("");
    return isThere && others.length === 0
      ? []
      : [`${name} is not at ${JSON.stringify(place)}, but at ${said || "no place"}`];
  });
  expect(failed.join("\n")).toBe("");
  expect(json.skipped).toEqual([]);
  expect(status).toBe(1);
  expect(rows.map(({ name }) => name).sort()).toEqual([...plants.names()].sort());
}

function isLike(actual: unknown, wanted: unknown): boolean {
  try {
    expect(actual).toMatchObject(wanted as object);
    return true;
  } catch {
    return false;
  }
}

describe("an image of umoci's, of tars of every form", () => {
  test.each(packings)("gives away every value where it was put, its layers %s", async (_, pack, mediaType) => {
    const layout = createLayout(join(createScratch("packed"), "layout"));
    await repack(crafted, layout, pack, mediaType, tools);
    const scanned = await scanImage(`oci:${layout.folder}:${tag}`, ["--needles", plants.file()]);
    expectRows(scanned, layout);
  });

  test("gives away every value where it was put, its layers zstd:chunked", async () => {
    const folder = join(createScratch("chunked"), "layout");
    const without = await craftImage(plants.value, tools, notChunked);
    await tools.skopeo(
      ...["copy", "--dest-compress-format", "zstd:chunked", "--dest-force-compress-format"],
      ...[`oci:${without.folder}:${tag}`, `oci:${folder}:${tag}`],
    );
    const layout = openLayout(folder);
    const scanned = await scanImage(`oci:${folder}`, ["--needles", plants.file()]);
    expectRows(
      scanned,
      layout,
      rows.filter(({ name }) => !notChunked.includes(name)),
    );
  });

  test("is clean when nothing was put into it", async () => {
    const clean = await craftImage(nothing, tools);
    expectClean(await scanImage(`oci:${clean.folder}:${tag}`, ["--needles", plants.file()]));
  });
});
