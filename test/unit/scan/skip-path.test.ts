import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parsePathGlob } from "../../../src/scan/path-glob.ts";
import type { ContentRule } from "../../../src/scan/rule.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { inPieces, makeArchive } from "../image/made-image.ts";
import { makeTar } from "../layer/made-tar.ts";

describe("a glob of paths", () => {
  test("hits a file, a folder with all that is in it, and an archive as if it were one", () => {
    const hits = (glob: string, ...names: string[]) => parsePathGlob(glob)(names);
    expect(hits("usr/share/doc", "usr/share/doc/a/b")).toBe(true);
    expect(hits("/usr/share/doc/", "usr/share/doc")).toBe(true);
    expect(hits("usr/*/doc/**", "usr/share/doc/x")).toBe(true);
    expect(hits("**/*.pem", "srv/a.tgz", "etc/x.pem")).toBe(true);
    expect(hits("srv/a.tgz", "srv/a.tgz", "etc/x.pem")).toBe(true);
    expect(hits("srv/a.tgz/etc", "srv/a.tgz", "etc/x.pem")).toBe(true);
    expect(hits("share/doc", "usr/share/doc/a")).toBe(false);
    expect(hits("usr/share/doc", "usr/share/docs/a")).toBe(false);
    expect(hits("*.pem", "etc/x.pem")).toBe(false);
  });
});

const word: ContentRule = {
  id: "test-rule",
  literals: ["WORD-"],
  before: 0,
  after: 40,
  judge: (text, at) => {
    const match = /^WORD-\w{10}/.exec(text.slice(at));
    if (match === null) return undefined;
    const [value] = match;
    return { start: at, end: at + value.length, value, severity: "error", what: "a word", redacted: "not shown" };
  },
  remedy: "Take it out.",
};

function scan(
  skipPaths: readonly string[],
  secret: Secret,
  files: readonly { name: string; content: string | Buffer }[],
) {
  return scanArchive(inPieces(makeArchive([{ layers: [files] }])), {
    needles: needlesOf(secret, "scan"),
    nowSeconds: 1_800_000_000,
    rules: { content: [word], place: [] },
    skipPaths,
  });
}

describe("where rules are not to report", () => {
  const made = () => `WORD-${randomBytes(5).toString("hex")}`;

  test("they do not, elsewhere they do, and known values are found in both", async () => {
    const secret = new Secret("token", randomBytes(30).toString("base64url"));
    const [first, second] = [made(), made()];
    const result = await scan(["usr/share/doc", "nowhere/**"], secret, [
      { name: "usr/share/doc/a", content: `${first} ${secret.exposeText()}` },
      { name: "usr/share/doc/b.tar", content: makeTar([{ name: "c", content: `${first} ${second}` }]) },
      { name: "etc/a", content: second },
    ]);
    expect(result.findings.map(({ rule, where }) => [rule, "path" in where ? where.path : ""])).toEqual([
      ["test-rule", "etc/a"],
      ["known-value", "usr/share/doc/a"],
    ]);
    expect(result.complete).toBe(true);
    expect(result.leftOut!.map(({ what, count }) => [what, count])).toEqual([
      ["usr/share/doc", 3],
      ["nowhere/**", 0],
    ]);
    expect(JSON.stringify(result)).not.toContain(first);
  });

  test("any number of secrets leaves a scan complete", async () => {
    const secret = new Secret("token", randomBytes(30).toString("base64url"));
    const content = Array.from({ length: 21_000 }, made).join("\n");
    const files = [{ name: "testdata/words", content }];
    const without = await scan([], secret, files);
    expect(without.complete).toBe(false);
    const result = await scan(["testdata"], secret, files);
    expect([result.complete, result.findings.length, result.leftOut![0]!.count]).toEqual([true, 0, 21_000]);
  });
});
