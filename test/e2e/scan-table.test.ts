import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imagesIn, type KnownImage, openLayout } from "./image-layout.ts";
import { openPlace, type Place } from "./place.ts";
import { createPlants, nothing, type Plants } from "./plant.ts";
import { unique } from "./project.ts";
import { expectClean, placesOfName, type ScanReport, scanImage, type Place as Where } from "./scan-image.ts";
import { buildTable, layers, type Row, type Table } from "./scan-table.ts";
import { createScratch } from "./scratch.ts";
import { type ImageTools, openImageTools } from "./service/image-tool.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

let registry: Registry;
let place: Place;
let tools: ImageTools;
let folder: string;
const plants: Plants = createPlants();
let table: Table;
let clean: Table;
beforeAll(async () => {
  registry = await startRegistry();
  place = await openPlace("the remote driver", registry);
  tools = await openImageTools(place.engine.env);
  folder = createScratch("images");
  const repository = `${registry.address}/table/${unique()}`;
  table = await buildTable(place, tools, repository, plants.value);
  clean = await buildTable(place, tools, `${repository}-clean`, nothing);
});
afterAll(async () => {
  await place?.stop();
  await registry?.stop();
});

/** Unpacked by tar: what stands in it is read without buildseal. */
function unpack(archive: string): ReturnType<typeof openLayout> {
  const into = createScratch("layout");
  execFileSync("tar", ["-x", "-C", into, "-f", archive]);
  return openLayout(into);
}

/** What a report has to say of a row: a place for each platform that has it. */
function expectedPlaces(row: Row, images: readonly KnownImage[]): readonly unknown[] {
  if (row.shared) return [row.where];
  return images
    .filter(({ platform }) => row.only === undefined || row.only === platform)
    .map(({ platform, layers: known }) => {
      if (row.layer === undefined) return { ...row.where, platform };
      const index = layers[row.layer];
      const { digest, diffId, createdBy } = known[index]!;
      return {
        ...row.where,
        platform,
        layer: { index, digest, diffId, createdBy: expect.any(String) },
        told: createdBy,
      };
    });
}

/** eStargz lists the names of a layer's files once more, behind the tar's end. */
const alsoWith: Readonly<Record<string, readonly string[]>> = { estargz: ["slack"] };

function expectRow(row: Row, report: ScanReport, images: readonly KnownImage[], compression: string): void {
  const also = [...(row.also ?? []), ...(alsoWith[compression] ?? [])];
  const places = placesOfName(report, row.name);
  const own = places.filter(({ surface }) => surface === row.where.surface);
  const said = places.map((each) => `\n  ${JSON.stringify(each)}`).join("");
  for (const wanted of expectedPlaces(row, images) as (Where & { told?: string })[]) {
    const { told, ...rest } = wanted;
    expect(own, `${row.name} is not at ${JSON.stringify(row.where)}, but at ${said || "no place"}\n`).toContainEqual(
      expect.objectContaining(rest),
    );
    if (told !== undefined) {
      // An instruction may name a value: it is then shown without it.
      const shown = own.find(({ platform }) => platform === wanted.platform)?.layer?.createdBy;
      expect(withoutValues(told), row.name).toBe(shown);
    }
  }
  const others = places.filter(({ surface }) => surface !== row.where.surface && !also.includes(surface));
  expect(others, `${row.name} is told where it is not`).toEqual([]);
}

const withoutValues = (text: string): string =>
  plants.names().reduce((shown, name) => shown.replaceAll(plants.value(name), `[secret ${name}]`), text);

describe.each(["uncompressed", "gzip", "estargz", "zstd"])(
  "an image for two platforms with %s layers",
  (compression) => {
    let report: ScanReport;
    let status: number;
    let images: readonly KnownImage[];
    beforeAll(async () => {
      const file = join(folder, `${compression}.tar`);
      await table.exportTo(file, `compression=${compression},force-compression=true`);
      images = imagesIn(unpack(file));
      const scanned = await scanImage(`oci-archive:${file}`, ["--needles", plants.file()]);
      report = scanned.json;
      status = scanned.status;
    });

    test("is read whole", () => {
      expect(report.skipped).toEqual([]);
      expect(report.complete).toBe(true);
      expect(status).toBe(1);
      expect([...report.subject.platforms].sort()).toEqual(["linux/amd64", "linux/arm64"]);
    });

    test("gives away every value that was put into it, where it was put", () => {
      const failed: string[] = [];
      for (const row of table.rows) {
        try {
          expectRow(row, report, images, compression);
        } catch (error) {
          failed.push(String((error as Error).message).slice(0, 1500));
        }
      }
      expect(failed.join("\n\n")).toBe("");
      expect(table.rows.map(({ name }) => name).sort()).toEqual([...plants.names()].sort());
    });
  },
);

test("the same image with nothing in it is clean", async () => {
  const file = join(folder, "clean.tar");
  await clean.exportTo(file, "compression=zstd,force-compression=true");
  expectClean(await scanImage(`oci-archive:${file}`, ["--needles", plants.file()]));
});
