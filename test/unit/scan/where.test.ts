import { randomBytes, randomInt } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ImagePlace } from "../../../src/finding/finding.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { scanFilesystemTar } from "../../../src/scan/scan-filesystem-tar.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { inPieces, type MadeImage, makeArchive } from "../image/made-image.ts";
import { makeTar } from "../layer/made-tar.ts";
import { githubToken } from "./rule/made-secret.ts";

function newSecret(bytes = 30, name = "the-token"): Secret {
  return new Secret(name, randomBytes(bytes).toString("base64url"));
}

function scan(images: readonly MadeImage[], secrets: readonly Secret[], pieceBytes?: number): Promise<ImageScan> {
  const needles = secrets.flatMap((secret) => needlesOf(secret, "scan"));
  return scanArchive(inPieces(makeArchive(images), pieceBytes), { needles, nowSeconds: 1_800_000_000 });
}

function allPlaces(result: ImageScan): ImagePlace[] {
  return result.findings.flatMap(({ where, places = [] }) => [where, ...places]) as ImagePlace[];
}

describe("a value", () => {
  test("in forty places of a layer is one finding with its places", async () => {
    const secret = newSecret();
    const files = Array.from({ length: 40 }, (_, index) => ({
      name: `etc/${String(index).padStart(2, "0")}`,
      content: `${"line\n".repeat(index)}${secret.exposeText()}`,
    }));
    const result = await scan([{ layers: [files] }], [secret]);
    expect(result.findings).toHaveLength(1);
    expect(allPlaces(result).map(({ path, line, offset }) => [path, line, offset])).toEqual(
      files.map(({ name }, index) => [name, index + 1, index * 5]),
    );
  });

  test("in two layers is two findings, each with its instruction", async () => {
    const secret = newSecret();
    const file = (name: string) => [{ name, content: secret.exposeText() }];
    const result = await scan([{ layers: [file("a"), [{ name: "x", content: "x" }], file("b")] }], [secret]);
    expect(result.findings.map(({ where }) => where)).toMatchObject([
      { path: "a", layer: { index: 0, createdBy: "RUN step 0" } },
      { path: "b", layer: { index: 2, createdBy: "RUN step 2" } },
    ]);
    expect(new Set(result.findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  test("in a layer of two platforms is one finding that names both", async () => {
    const secret = newSecret();
    const layers = [[{ name: "a", content: secret.exposeText() }]];
    const result = await scan(
      [
        { layers, platform: "linux/amd64" },
        { layers, platform: "linux/arm64" },
      ],
      [secret],
    );
    expect(result.images.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
    expect(result.stats.layers).toBe(1);
    expect(result.findings).toHaveLength(1);
    expect(allPlaces(result).map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
  });

  test("has the same fingerprint in another build, and another one elsewhere", async () => {
    const print = async (secret: Secret, path: string, before: readonly MadeImage["layers"][number][]) => {
      const layers = [...before, [{ name: path, content: `${randomBytes(4).toString("hex")}${secret.exposeText()}` }]];
      return (await scan([{ layers }], [secret])).findings[0]!.fingerprint;
    };
    const first = await print(newSecret(), "a", []);
    expect(await print(newSecret(), "a", [[{ name: "y", content: "y" }]])).toBe(first);
    expect(await print(newSecret(), "b", [])).not.toBe(first);
    expect(await print(newSecret(30, "other"), "a", [])).not.toBe(first);
  });

  test("is found at every border of the pieces and windows it is read in, once, with its offset and line", async () => {
    const secret = newSecret();
    const value = secret.exposeText();
    const lines: string[] = [];
    const expected: number[][] = [];
    let offset = 0;
    for (let line = 1; offset < 1_000_000; line++) {
      const filler = "-".repeat(10 + randomInt(7000));
      lines.push(`${filler}${value}`);
      expected.push([offset + filler.length, line]);
      offset += filler.length + value.length + 1;
    }
    const before = { name: "before", content: "\n".repeat(700_000) };
    for (const pieceBytes of [65_536, 1_500_000, 4099]) {
      const layers = [[before, { name: "a", content: lines.join("\n") }]];
      const result = await scan([{ layers }], [secret], pieceBytes);
      // More places than are listed are counted.
      const listed = allPlaces(result).map(({ offset, line }) => [offset!, line!]);
      expect(listed).toEqual(expected.slice(0, 200));
      if (expected.length > 200) expect(result.findings[0]!.unlisted).toBe(expected.length - 200);
    }
  });

  test("deep in a large file has an offset and no line", async () => {
    const secret = newSecret();
    const content = `${"x\n".repeat(2_000_000)}${secret.exposeText()}`;
    const result = await scan([{ layers: [[{ name: "a", content }]] }], [secret]);
    expect(allPlaces(result)).toMatchObject([{ path: "a", offset: 4_000_000 }]);
    expect(allPlaces(result)[0]).not.toHaveProperty("line");
  });

  test("in a binary file has no line", async () => {
    const secret = newSecret();
    const result = await scan([{ layers: [[{ name: "a", content: `\n\0\0${secret.exposeText()}\0` }]] }], [secret]);
    expect(allPlaces(result)[0]).not.toHaveProperty("line");
  });

  test("in a large compressed file is found, and named as such", async () => {
    const secret = newSecret();
    const content = gzipSync(
      Buffer.concat([randomBytes(6_000_000), Buffer.from(secret.exposeText()), randomBytes(100)]),
    );
    for (const pieceBytes of [65_536, 1_000_000]) {
      const result = await scan(
        [
          {
            layers: [
              [
                { name: "a", content },
                { name: "b", content },
              ],
            ],
          },
        ],
        [secret],
        pieceBytes,
      );
      expect(result).toMatchObject({ complete: true, findings: [{ secret: { encoding: "gzip" } }] });
      expect(allPlaces(result)).toMatchObject([
        { path: "a", offset: 6_000_000 },
        { path: "b", offset: 6_000_000 },
      ]);
    }
  });

  test("split between the two fields of a long path is found", async () => {
    const secret = new Secret("the-token", `${randomBytes(9).toString("hex")}/${randomBytes(9).toString("hex")}`);
    const [prefix, name] = secret.exposeText().split("/") as [string, string];
    const result = await scan([{ layers: [[{ name, prefix, content: "x" }]] }], [secret]);
    expect(allPlaces(result)).toMatchObject([{ surface: "path", path: "[secret the-token]" }]);
  });

  test.each([9, 12, 16, 20, 24, 30, 40, 64, 100, 700])(
    "of %d bytes is found in base64 and hex that are wrapped, wherever the lines end",
    async (length) => {
      const secret = newSecret(Math.ceil((length * 3) / 4));
      for (const columns of [60, 64, 76]) {
        for (const lineEnd of ["\n", "\r\n"]) {
          const files = Array.from({ length: 80 }, (_, before) => {
            const text = `${"a".repeat(before)}${secret.exposeText()}${"b".repeat(80)}`;
            const encoded = Buffer.from(text).toString(before % 2 === 0 ? "base64" : "hex");
            return { name: `${before}`, content: encoded.replace(new RegExp(`(.{${columns}})`, "g"), `$1${lineEnd}`) };
          });
          const result = await scan([{ layers: [files] }], [secret]);
          expect(new Set(allPlaces(result).map(({ path }) => path)).size).toBe(80);
        }
      }
    },
  );
});

describe("other secrets", () => {
  const token = githubToken();

  test("are found by rules, with their place", async () => {
    const image: MadeImage = {
      layers: [
        [{ name: "root/.netrc", content: `machine host.test login me password ${token.slice(0, 30)}\n` }],
        [{ name: "b", content: `\n${token}` }],
      ],
      env: [`GITHUB_TOKEN=${token}`],
      history: [{ created_by: "ADD x" }, { created_by: `RUN git clone https://me:${token}@host.test/` }],
    };
    const result = await scan([image], []);
    expect(result.findings).toMatchObject([
      {
        rule: "github-token",
        where: { surface: "config", path: "config.Env.GITHUB_TOKEN" },
        places: [{ surface: "history", path: "history[1].created_by" }],
      },
      { rule: "netrc", severity: "error", where: { surface: "layer", path: "root/.netrc", line: 1 } },
      { rule: "github-token", where: { surface: "layer", path: "b", line: 2, offset: 1 } },
    ]);
    const said = JSON.stringify(result);
    expect(said).not.toContain(token);
    expect(said).not.toContain(token.slice(0, 30));
  });

  test("that lie in a folder of tests and elsewhere are as bad as the worst place, which is named first", async () => {
    const content = `aws_secret_access_key=${randomBytes(36).toString("base64").replace(/[+/]/g, "a").slice(0, 37)}aZ7`;
    const files = ["a/tests/credentials", "b/credentials"].map((name) => ({ name, content }));
    const result = await scan([{ layers: [files] }], []);
    expect(result.findings).toMatchObject([
      {
        rule: "aws-credentials",
        severity: "error",
        where: { path: "b/credentials" },
        places: [{ path: "a/tests/credentials" }],
      },
    ]);
  });

  test("that this build issued are reported by their name alone", async () => {
    const secret = new Secret("github", token);
    const result = await scan(
      [{ layers: [[{ name: ".git-credentials", content: `https://me:${token}@host.test\n` }]] }],
      [secret],
    );
    expect(result.findings).toMatchObject([{ rule: "known-value", secret: { name: "github" } }]);
  });
});

test("the tar of a file tree is searched without an image around it", async () => {
  const secret = newSecret();
  const tar = makeTar([{ name: "out/app.conf", content: `a\n${secret.exposeText()}`, padding: "x" }]);
  const result = await scanFilesystemTar(inPieces(tar), { needles: needlesOf(secret, "scan"), nowSeconds: 0 });
  expect(result).toMatchObject({ complete: true, images: [], stats: { files: 1 } });
  expect(result.findings.map(({ where }) => where)).toEqual([
    { surface: "layer", path: "out/app.conf", offset: 2, line: 2 },
  ]);
});

test("an archive that is compressed as a whole is read", async () => {
  const secret = newSecret();
  const archive = gzipSync(makeArchive([{ layers: [[{ name: "a", content: secret.exposeText() }]] }]));
  const result = await scanArchive(inPieces(archive), { needles: needlesOf(secret, "scan"), nowSeconds: 0 });
  expect(result).toMatchObject({ complete: true, findings: [{ where: { path: "a" } }] });
});
