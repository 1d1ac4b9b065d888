import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readGateSettings } from "../../../../src/cli/scan-image/read-gate-settings.ts";
import type { Finding } from "../../../../src/finding/finding.ts";
import type { ImageScan } from "../../../../src/scan/image-scan.ts";
import { scratch } from "../../system/scratch.ts";

const now = () => Date.UTC(2030, 5, 15);

const finding = (rule: string, path: string): Finding => ({
  rule,
  severity: "error",
  message: "m",
  remedy: "r",
  fingerprint: `${rule} ${path}`,
  where: { surface: "layer", path },
});

const scanOf = (...findings: Finding[]): ImageScan => ({
  complete: true,
  topDigest: undefined,
  images: [],
  findings,
  skipped: [],
  unopened: [],
  stats: { bytes: 0, files: 0, layers: 0 },
});

describe("the gate of a build", () => {
  test("goes by the baseline and the ignore list of the configuration, but never for a known value", async () => {
    const folder = scratch();
    const known = [finding("netrc", "a"), finding("known-value", "b"), finding("private-key", "c")];
    const entries = [{ rule: "netrc", fingerprint: "netrc a", where: "a" }];
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "b.json"), JSON.stringify({ version: 1, findings: entries }));
    writeFileSync(join(folder, "i.yaml"), "- { rule: private-key, path: c, reason: x }\n");
    const scan = { baseline: "b.json", ignore: "i.yaml" };
    const { judge, tag } = await readGateSettings(scan, join(folder, "buildseal.yaml"), now);
    const judged = judge(scanOf(...known, finding("netrc", "d")));
    expect(judged.findings.map(({ fingerprint }) => fingerprint).sort()).toEqual(["known-value b", "netrc d"]);
    expect(judged.leftOut!.map(({ count }) => count)).toEqual([1, 1]);
    expect(tag).toBe("");
  });

  test("does not take for searched what other rules have searched", async () => {
    const folder = scratch();
    mkdirSync(folder, { recursive: true });
    const rules = (text: string) => {
      writeFileSync(
        join(folder, "r.yaml"),
        `version: 1\nrules: [{ id: acme, title: a key, severity: error, regex: '${text}' }]\n`,
      );
      return { rules: ["r.yaml"] };
    };
    const tagOf = async (scan: Parameters<typeof readGateSettings>[0]) =>
      (await readGateSettings(scan, join(folder, "buildseal.yaml"), now)).tag;
    const tags = [
      await tagOf({}),
      await tagOf({ only: ["netrc"] }),
      await tagOf({ skipPaths: ["usr/share"] }),
      await tagOf(rules("acme_[0-9]{20}")),
      await tagOf(rules("acme_[0-9]{30}")),
    ];
    expect(new Set(tags).size).toBe(tags.length);
    expect(await tagOf({ only: ["netrc"] })).toBe(tags[1]);
  });

  test("is refused at once where a file or a rule is not there", async () => {
    for (const scan of [
      { baseline: "gone.json" },
      { ignore: "gone.yaml" },
      { rules: ["gone.yaml"] },
      { only: ["netrcs"] },
    ]) {
      await expect(readGateSettings(scan, "/nowhere/buildseal.yaml", now)).rejects.toMatchObject({ code: "CONFIG" });
    }
  });
});
