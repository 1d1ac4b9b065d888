import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Finding, ImagePlace, Severity } from "../../../src/finding/finding.ts";
import { awsCredentials } from "../../../src/scan/rule/aws-credentials.ts";
import type { ContentRule, PlaceRule, Verdict } from "../../../src/scan/rule.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { inPieces, type MadeImage, makeArchive } from "../image/made-image.ts";
import { accessKeyId, secretKey, sessionToken } from "./rule/made-secret.ts";

const made = () => `WORD-${randomBytes(8).toString("hex")}`;

function verdict(value: string, start: number, severity: Severity): Verdict {
  return { start, end: start + value.length, value, severity, what: "a word", redacted: "not shown" };
}

function contentRule(id: string, severity: Severity, pattern = /WORD-\w{16}/y): ContentRule {
  return {
    id,
    literals: ["WORD-"],
    before: 20,
    after: 60,
    judge: (text, at) => {
      pattern.lastIndex = at;
      const [value] = pattern.exec(text) ?? [];
      return value === undefined ? undefined : verdict(value, at, severity);
    },
    remedy: "Take it out.",
  };
}

const placeRule: PlaceRule = {
  id: "word-file",
  place: /\.words$/,
  read: (text) => [...text.matchAll(/WORD-\w{16}/g)].map((match) => verdict(match[0], match.index, "error")),
  remedy: "Take the file out.",
};

async function scan(
  images: readonly MadeImage[],
  content: readonly ContentRule[],
  place: readonly PlaceRule[] = [],
): Promise<readonly Finding[]> {
  const options = { needles: [], nowSeconds: 1_800_000_000, rules: { content, place } };
  return (await scanArchive(inPieces(makeArchive(images)), options)).findings;
}

const placesOf = ({ where, places = [] }: Finding) => [where, ...places] as ImagePlace[];

describe("a key of several variables", () => {
  const [id, secret, token] = [accessKeyId("ASIA"), secretKey(), sessionToken(400)];
  const pair = [`AWS_ACCESS_KEY_ID=${id}`, `AWS_SECRET_ACCESS_KEY=${secret}`];
  const told = async (env: readonly string[], content = "x") => {
    const found = await scan([{ layers: [[{ name: "a", content }]], env }], [awsCredentials]);
    return found.map(({ severity, where }) => [severity, (where as ImagePlace).path]);
  };

  test("of a container is one finding, at the secret", async () => {
    const whole = [["error", "config.Env.AWS_SECRET_ACCESS_KEY"]];
    expect(await told(pair)).toEqual(whole);
    expect(await told([...pair.toReversed(), `AWS_SESSION_TOKEN=${token}`, "PATH=/bin"])).toEqual(whole);
  });

  test("is none without the secret, and is told where a part of it lies elsewhere", async () => {
    expect(await told([pair[0]!])).toEqual([["warning", "config.Env.AWS_ACCESS_KEY_ID"]]);
    expect(await told(pair, `key ${id}`)).toEqual([
      ["error", "config.Env.AWS_SECRET_ACCESS_KEY"],
      ["warning", "a"],
    ]);
  });
});

describe("what two rules find", () => {
  test("in the same bytes is one finding, of the rule that holds it for worse", async () => {
    const word = made();
    const layers = [[{ name: "a", content: `x ${word}` }]];
    for (const rules of [
      ["b-rule", "a-rule"],
      ["a-rule", "b-rule"],
    ] as const) {
      const findings = await scan([{ layers }], [contentRule(rules[0], "warning"), contentRule(rules[1], "error")]);
      expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([[rules[1], "error"]]);
      expect(placesOf(findings[0]!)).toHaveLength(1);
    }
    const same = await scan([{ layers }], [contentRule("b-rule", "error"), contentRule("a-rule", "error")]);
    expect(same.map(({ rule }) => rule)).toEqual(["a-rule"]);
  });

  test("in a whole file and in its bytes is one finding with all places, each once", async () => {
    const word = made();
    const files = Array.from({ length: 30 }, (_, index) => ({
      name: `etc/${String(index).padStart(2, "0")}${index % 2 === 0 ? ".words" : ""}`,
      content: `${word}\n`,
    }));
    const findings = await scan([{ layers: [files] }], [contentRule("word", "error")], [placeRule]);
    expect(findings).toHaveLength(1);
    expect(placesOf(findings[0]!).map(({ path }) => path)).toEqual(files.map(({ name }) => name));
  });

  test("in mostly the same bytes is one finding", async () => {
    const layers = [[{ name: "a", content: `token=${made()}==\n` }]];
    const longer = contentRule("longer", "warning", /WORD-\w{16}==/y);
    const findings = await scan([{ layers }], [longer, contentRule("word", "error")]);
    expect(findings.map(({ rule }) => rule)).toEqual(["word"]);
  });

  test("side by side, or in other files too, are two", async () => {
    const [first, second] = [made(), made()];
    const beside = await scan(
      [{ layers: [[{ name: "a", content: `${first} ${second}` }]] }],
      [contentRule("w", "error")],
    );
    expect(beside).toHaveLength(2);
    const files = [
      { name: "a", content: `${first}==` },
      { name: "b", content: first },
    ];
    const longer = contentRule("longer", "error", /WORD-\w{16}==/y);
    const findings = await scan([{ layers: [files] }], [longer, contentRule("word", "error")]);
    // the shorter one is in b as well, so it says more than the longer one
    expect(findings.flatMap((one) => placesOf(one).map(({ path }) => `${one.rule} ${path}`)).sort()).toEqual([
      "longer a",
      "word a",
      "word b",
    ]);
  });
});

describe("one instruction", () => {
  const on = (platform: string, layers: MadeImage["layers"], created_by = "RUN make"): MadeImage => ({
    layers,
    platform,
    history: layers.map(() => ({ created_by })),
  });

  test("that made a layer of its own for each platform is one cause", async () => {
    const word = made();
    const file = (extra: string) => [
      [
        { name: "etc/a", content: word },
        { name: "etc/machine", content: extra },
      ],
    ];
    const findings = await scan(
      [on("linux/amd64", file("amd64")), on("linux/arm64", file("arm64"))],
      [contentRule("word", "error")],
    );
    expect(findings).toHaveLength(1);
    expect(placesOf(findings[0]!).map(({ platform, path }) => [platform, path])).toEqual([
      ["linux/amd64", "etc/a"],
      ["linux/arm64", "etc/a"],
    ]);
  });

  test("is another cause than another one, and than itself in another layer", async () => {
    const word = made();
    const file = (name: string) => [{ name, content: word }];
    const two = [on("linux/amd64", [file("a")]), on("linux/arm64", [file("b"), file("c")], "RUN other")];
    expect(await scan(two, [contentRule("word", "error")])).toHaveLength(3);
    const again = [on("linux/amd64", [file("a"), file("b")])];
    expect(await scan(again, [contentRule("word", "error")])).toHaveLength(2);
  });

  test("has one fingerprint, with one platform or with all, and wherever random names lie", async () => {
    const layers = (name: string) => {
      const word = made();
      return [
        [
          { name: `tmp/tmp.${name}/x`, content: word },
          { name: "tmp/tmp.fixed1fixed/y", content: word },
        ],
      ];
    };
    const rules = [contentRule("word", "error")];
    const [first] = await scan([on("linux/amd64", layers("AAAAbbbb11"))], rules);
    const both = await scan([on("linux/amd64", layers("zzzz99ZZZZ")), on("linux/arm64", layers("q1w2e3r4t5"))], rules);
    expect(both[0]!.fingerprint).toBe(first!.fingerprint);
  });
});
