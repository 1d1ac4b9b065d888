import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { listBlobs } from "../../../src/image/blob-list.ts";
import type { Choice } from "../../../src/image/choice.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { scanBlobs } from "../../../src/scan/scan-blobs.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { openLayoutStore } from "../../../src/system/layout-store.ts";
import { type MadeImage, makeArchiveEntries, type Packing } from "../image/made-image.ts";
import { scratch } from "../system/scratch.ts";

const secret = new Secret("token", randomBytes(24).toString("base64url"));
const value = Buffer.from(secret.expose()).toString();
const needles = needlesOf(secret, "scan");

const leaky: MadeImage = {
  layers: [
    [{ name: "etc/app.conf", content: `token = ${value}\n` }],
    [{ name: "big", content: randomBytes(3_000_000) }],
    [{ name: "etc/.wh.app.conf" }],
  ],
  env: [`TOKEN=${value}`],
};

/** An OCI layout in a folder. */
function layout(images: readonly MadeImage[], packing: Packing = "gzip"): string {
  const folder = scratch();
  for (const { name, type, content } of makeArchiveEntries(images, { packing })) {
    if (type === "5") continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content ?? "");
  }
  return folder;
}

async function scan(folder: string, choice: Choice = {}): Promise<ImageScan> {
  const store = openLayoutStore(folder);
  return scanBlobs(await listBlobs(await store.index(), store, choice), { needles, nowSeconds: 1_800_000_000, choice });
}

function largestBlob(folder: string): string {
  const blobs = join(folder, "blobs/sha256");
  const sizes = readdirSync(blobs).map((name) => ({ path: join(blobs, name), size: statSync(join(blobs, name)).size }));
  return sizes.sort((a, b) => b.size - a.size)[0]!.path;
}

describe("an image whose blobs are read one by one", () => {
  test.each(["none", "gzip", "zstd"] as const)("is searched whole, layers packed by %s", async (packing) => {
    const { complete, findings, skipped } = await scan(layout([leaky], packing));
    expect(skipped).toEqual([]);
    expect(complete).toBe(true);
    expect(findings.map(({ where }) => where)).toMatchObject([
      { surface: "config", path: "config.Env.TOKEN" },
      { surface: "layer", layer: { index: 0 }, path: "etc/app.conf", line: 1, deletedIn: 2 },
    ]);
  });

  test("has all its platforms looked at, a shared layer once, and others when they are chosen", async () => {
    const other: MadeImage = { ...leaky, platform: "linux/arm64", env: [] };
    const folder = layout([leaky, other]);
    const all = await scan(folder);
    expect(all.images.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
    expect(all.stats.layers).toBe(3);
    expect(all.findings.map(({ where, places }) => [where, ...(places ?? [])])).toMatchObject([
      [{ surface: "config", platform: "linux/amd64" }],
      [
        { surface: "layer", platform: "linux/amd64" },
        { surface: "layer", platform: "linux/arm64" },
      ],
    ]);
    const chosen = await scan(folder, { platforms: ["linux/arm64"] });
    expect(chosen.images.map(({ platform }) => platform)).toEqual(["linux/arm64"]);
    expect(chosen).toMatchObject({
      complete: true,
      findings: [{ where: { surface: "layer", platform: "linux/arm64" } }],
    });
  });

  test("has a layer searched that is said to lie elsewhere where it is there, and is not complete where it is not", async () => {
    const folder = layout([leaky]);
    const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
    const place = (digest: string): string => join(folder, "blobs", ...digest.split(":"));
    const manifest = JSON.parse(readFileSync(place(index.manifests[0].digest), "utf8"));
    for (const each of [manifest.config, ...manifest.layers]) each.urls = ["https://layers.example.com/"];
    const bytes = Buffer.from(JSON.stringify(manifest));
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    writeFileSync(place(digest), bytes);
    const described = { digest, size: bytes.length };
    writeFileSync(join(folder, "index.json"), JSON.stringify({ ...index, manifests: [described] }));
    const { complete, findings } = await scan(folder);
    expect(complete).toBe(true);
    expect(findings).toHaveLength(2);
    rmSync(largestBlob(folder));
    const without = await scan(folder);
    expect(without.complete).toBe(false);
    expect(without.skipped).toEqual([
      {
        what: "layer 1 of linux/amd64",
        why: "it is a foreign layer, which is said to lie elsewhere, and here it is not there",
      },
    ]);
  });

  test("is not complete without a layer, and the others are searched", async () => {
    const folder = layout([leaky]);
    rmSync(largestBlob(folder));
    const { complete, skipped, findings } = await scan(folder);
    expect(complete).toBe(false);
    expect(skipped).toEqual([{ what: "layer 1 of linux/amd64", why: "it is not there" }]);
    expect(findings).toHaveLength(2);
  });

  test("is not complete with a layer that was cut off", async () => {
    const folder = layout([leaky]);
    const path = largestBlob(folder);
    truncateSync(path, statSync(path).size - 1000);
    const { complete, skipped } = await scan(folder);
    expect(complete).toBe(false);
    expect(skipped.map(({ why }) => why)).toContain("its compressed data breaks off");
  });
});
