import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import type { ScanOptions } from "../../../src/scan/scan-options.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { inPieces, makeArchive, type Packing } from "../image/made-image.ts";

const secret = new Secret("the-token", randomBytes(30).toString("hex"));
const filler = () => randomBytes(1_500_000);
/** The value stands in both layers, far from their ends. */
const layer = (name: string) => [
  { name: "before", content: filler() },
  { name, content: secret.exposeText() },
  { name: "after", content: filler() },
];

const scan = (archive: Buffer, searchedBefore?: ScanOptions["searchedBefore"]) =>
  scanArchive(inPieces(archive, 65_536), {
    needles: needlesOf(secret, "scan"),
    nowSeconds: 1_800_000_000,
    ...(searchedBefore && { searchedBefore }),
  });

describe.each<Packing>(["none", "gzip", "zstd"])("a layer (packed: %s) that was searched before", (packing) => {
  const archive = makeArchive([{ layers: [layer("base"), layer("own")] }], { packing });

  test("is passed over, and the others are searched as ever", async () => {
    const whole = await scan(archive);
    expect(whole.findings).toHaveLength(2);
    const [base] = whole.images[0]!.layers;
    const again = await scan(archive, (digest) => (digest === base!.digest ? base!.diffId : undefined));
    expect(again.complete).toBe(true);
    expect(again.images[0]!.layers.map(({ diffId }) => diffId)).toEqual(whole.images[0]!.layers.map((l) => l.diffId));
    expect(again.images[0]!.layers.map(({ wasSearched }) => wasSearched)).toEqual([false, true]);
    expect(again.findings).toMatchObject([{ rule: "known-value", where: { path: "own", layer: { index: 1 } } }]);
  });

  test("must be what its name says, or the scan is not complete", async () => {
    const { digest, diffId } = (await scan(archive)).images[0]!.layers[0]!;
    const changed = Buffer.from(archive);
    const at = changed.indexOf(digest!.slice("sha256:".length));
    changed[at + 100_000]! ^= 1;
    const again = await scan(changed, (asked) => (asked === digest ? diffId : undefined));
    expect(again.complete).toBe(false);
    expect(again.skipped.map(({ what }) => what).join()).toContain(digest!.slice("sha256:".length));
  });

  test("must have the diff ID that the config says", async () => {
    const { digest } = (await scan(archive)).images[0]!.layers[0]!;
    const again = await scan(archive, (asked) => (asked === digest ? "sha256:other" : undefined));
    expect(again.skipped).toMatchObject([{ why: expect.stringContaining("the config says") }]);
  });
});
