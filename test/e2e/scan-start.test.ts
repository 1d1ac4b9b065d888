import { copyFileSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scanImage } from "./scan-image.ts";
import { openSample } from "./scan-sample.ts";
import { createScratch } from "./scratch.ts";

test("what V8 compiled in a scan, long or short, is taken by the next one", async () => {
  const sample = await openSample();
  const caches = createScratch("caches");
  const short = sample.archives["oci-archive"];
  const long = join(createScratch("long"), "image.tar");
  copyFileSync(short, long);
  // zeros behind its end, which are read like all else
  truncateSync(long, statSync(long).size + (400 << 20));
  const kept = async (file: string): Promise<string[]> => {
    const { json } = await scanImage(`oci-archive:${file}`, sample.needles, {
      env: sample.env,
      variables: { XDG_CACHE_HOME: caches },
    });
    expect(json.complete).toBe(true);
    const folder = join(caches, "buildseal/compiled");
    return readdirSync(folder)
      .filter((name) => name.startsWith("scan-image.js-"))
      .map((name) => `${name} ${statSync(join(folder, name), { bigint: true }).ino}`);
  };
  const first = await kept(long);
  expect(first).toHaveLength(1);
  expect(await kept(long)).toEqual(first);
  expect(await kept(short)).toEqual(first);
});
