import { describe, expect, test } from "vitest";
import { configSchema } from "../../../src/config/config.ts";
import { readDocument } from "../../../src/config/document.ts";
import { readIgnoreFile, readIgnoreKey } from "../../../src/config/ignore-list.ts";

const rules = new Set(["private-key", "netrc"]);
const read = (text: string) => readIgnoreFile("i.yaml", text, rules);

describe("an ignore file", () => {
  test("is a list of rules, places, reasons and days; each entry knows where it stands", async () => {
    const text = `# what we live with
- rule: private-key
  path: opt/app/testdata/**
  reason: the keys of the tests
  expires: 2030-12-31

- { rule: netrc, fingerprint: "0123", reason: a mirror }
`;
    expect(await read(text)).toEqual([
      {
        rule: "private-key",
        path: "opt/app/testdata/**",
        reason: "the keys of the tests",
        expires: "2030-12-31",
        at: { file: "i.yaml", line: 2, column: 3 },
      },
      { rule: "netrc", fingerprint: "0123", reason: "a mirror", at: { file: "i.yaml", line: 7, column: 3 } },
    ]);
  });

  test("can be empty", async () => {
    expect(await read("")).toEqual([]);
    expect(await read("# nothing yet\n")).toEqual([]);
    expect(await read("[]\n")).toEqual([]);
  });

  test.each([
    ["an unknown rule", "- { rule: privat-key, path: a, reason: x }", "i.yaml:1:3: there is no rule", "private-key"],
    [
      "known values",
      "- { rule: known-value, path: a, reason: x }",
      "i.yaml:1:3: known-value can be ignored by nothing",
    ],
    [
      "an unknown key",
      "- { rule: netrc, path: a, reason: x, expire: 2030-01-01 }",
      "unknown key `expire`",
      "`expires`",
    ],
    ["no reason", "- { rule: netrc, path: a }", "i.yaml:1:"],
    ["an empty reason", "- { rule: netrc, path: a, reason: ' ' }", "`reason` says nothing"],
    ["neither path nor fingerprint", "- { rule: netrc, reason: x }", "`path` or `fingerprint` is missing"],
    ["a day that there is not", "- { rule: netrc, path: a, reason: x, expires: 2030-02-30 }", "`expires` is a day"],
    ["no list", "rule: netrc", "i.yaml:1:1"],
    ["no YAML", "- {", "not valid YAML"],
  ])("with %s is refused, with the place", async (_, text, message, remedy = "") => {
    const error = await read(text).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining(message),
      remedy: expect.stringContaining(remedy),
    });
  });
});

describe("the same list in buildseal.yaml", () => {
  const text = `version: 1
scan:
  ignore:
    - rule: netrc
      path: root/.netrc
      reason: a mirror that asks for a name
`;

  test("has its places there", async () => {
    const { scan } = await readDocument("b.yaml", text, configSchema);
    expect(await readIgnoreKey(scan!.ignore as never, "b.yaml", text, rules)).toMatchObject([
      { rule: "netrc", at: { file: "b.yaml", line: 4, column: 7 } },
    ]);
  });

  test("is refused with the nearest known key", async () => {
    const error = await readDocument("b.yaml", text.replace("reason", "reson"), configSchema).catch((cause) => cause);
    expect(error.message).toContain("b.yaml:");
    const wrong = `${text}      pth: x\n`;
    const unknown = await readDocument("b.yaml", wrong, configSchema).catch((cause) => cause);
    expect([unknown.message, unknown.remedy]).toEqual([
      "b.yaml:7:7: unknown key `pth` in `scan.ignore[0]`",
      "Did you mean `path`?",
    ]);
  });
});
