import { expect, test } from "vitest";
import { z } from "zod";
import { readDocument, readPlaced } from "../../../src/config/document.ts";
import { SealError } from "../../../src/error.ts";

const schema = z.strictObject({
  version: z.literal(1),
  grants: z
    .array(
      z.union([
        z.strictObject({ secret: z.string() }),
        z.strictObject({ with: z.string(), steps: z.string().optional() }),
      ]),
    )
    .optional(),
  secrets: z.record(z.string(), z.strictObject({ from: z.string() })).optional(),
});

async function failure(text: string): Promise<{ message: string; remedy: string }> {
  const error = await readDocument("buildseal.yaml", text, schema).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(SealError);
  const { message, remedy } = error as SealError;
  return { message, remedy };
}

test("a valid text is read", async () => {
  expect(await readDocument("b.yaml", "version: 1\ngrants:\n  - with: sccache\n", schema)).toEqual({
    version: 1,
    grants: [{ with: "sccache" }],
  });
});

test("an unknown key is named with its place and the nearest known key", async () => {
  expect(await failure("version: 1\ngrant:\n  - with: sccache\n")).toEqual({
    message: "buildseal.yaml:2:1: unknown key `grant`",
    remedy: "Did you mean `grants`?",
  });
});

test("an unknown key deep in a list is named with its path", async () => {
  expect(await failure("version: 1\nsecrets:\n  a: { fromm: env }\n")).toMatchObject({
    message: expect.stringMatching(/^buildseal\.yaml:3:/),
  });
  expect(await failure("version: 1\nsecrets:\n  a: { from: env, nam: X }\n")).toMatchObject({
    message: "buildseal.yaml:3:19: unknown key `nam` in `secrets.a`",
  });
});

test("a key that is written wrong is named, and not the one that is missing then", async () => {
  expect(await failure("version: 1\nsecrets:\n  a: { fron: env }\n")).toEqual({
    message: "buildseal.yaml:3:8: unknown key `fron` in `secrets.a`",
    remedy: "Did you mean `from`?",
  });
});

test("text that is not YAML is told with its place, and nothing of it is repeated", async () => {
  const { message } = await failure("version: 1\n  hunter2: [\n");
  expect(message).toMatch(/^buildseal\.yaml:\d+:\d+: not valid YAML/);
  expect(message).not.toContain("hunter2");
});

test.each([
  [
    "a line that is indented otherwise",
    "version: 1\nsecrets:\n  a: { from: env }\n    b: 1\n",
    "4:1",
    "the indentation",
  ],
  ["a key below a value", "version: 1\n  secrets: {}\n", "1:10", "the indentation does not fit"],
  ["a tab", "version: 1\nsecrets:\n\ta: 1\n", "3:1", "a tab"],
  ["a key twice", "version: 1\nversion: 1\n", "2:1", "stands here twice"],
  ["an open quote", 'version: 1\nsecrets: "a\n', "3:1", "a quote is not closed"],
  ["an open list", "version: 1\ngrants: [ a\nsecrets: {}\n", "3:1", "`[` is not closed"],
  ["a key without its colon", "version: 1\nsecrets\n", "2:1", "a `:` behind a key is missing"],
  ["a second document", "version: 1\n---\nversion: 1\n", "2:1", "only one is read"],
])("%s is told in words", async (_, text, place, words) => {
  const { message } = await failure(text);
  expect(message).toContain(`buildseal.yaml:${place}: not valid YAML (`);
  expect(message).toContain(words);
  expect(message).not.toMatch(/[A-Z]+_[A-Z]+/);
});

test("a merge key brings the keys of another map, and those beside it go before", async () => {
  const text =
    "version: 1\ngrants:\n  - &one { with: a, steps: x }\n  - { <<: *one, with: b }\n  - { with: c, <<: [*one] }\n";
  expect(await readDocument("b.yaml", text, schema)).toEqual({
    version: 1,
    grants: [
      { with: "a", steps: "x" },
      { with: "b", steps: "x" },
      { with: "c", steps: "x" },
    ],
  });
});

test("what is wrong in merged keys is told where they are written, and where they are merged", async () => {
  expect(await failure("version: 1\nsecrets:\n  a: &a { from: env, nam: X }\n  b:\n    <<: *a\n    from: x\n")).toEqual(
    {
      message: "buildseal.yaml:3:22: unknown key `nam` in `secrets.a`",
      remedy: "Take it out. Also 5:5: unknown key `nam` in `secrets.b`",
    },
  );
});

test.each([
  ["version: 1\nsecrets: *none\n", "2:10: an alias of what no `&` above it names"],
  ["version: 1\nsecrets:\n  <<: *none\n", "3:7: an alias of what no `&` above it names"],
  ["version: 1\nsecrets:\n  <<: [*none]\n", "3:8: an alias of what no `&` above it names"],
  ["version: &v 1\nsecrets:\n  <<: *v\n", "3:3: `<<` takes an alias of keys with values"],
])("an alias that leads nowhere is told with its place: %j", async (text, message) => {
  expect(await failure(text)).toEqual({ message: `buildseal.yaml:${message}`, remedy: "Write the values out" });
});

test("an empty file is told by its first missing key", async () => {
  expect((await failure("")).message).toContain("version");
});

test("all that is wrong is told in one line, each with its place", async () => {
  expect(await failure("version: 1\nsecrets:\n  a: { fron: env }\n  b: {}\ngrants:\n  - wiht: sccache\n")).toEqual({
    message: "buildseal.yaml:3:8: unknown key `fron` in `secrets.a`",
    remedy:
      "Did you mean `from`? Also 6:5: unknown key `wiht` in `grants[0]` (`with`?); 4:3: `from` is missing in `secrets.b`",
  });
});

test("where a key or a value stands is told by its path", async () => {
  const text = "version: 1\ngrants:\n  - with: sccache\n    steps: make\n";
  const { placeOf } = await readPlaced("b.yaml", text, schema);
  expect(placeOf(["grants", 0, "steps"])).toEqual({ file: "b.yaml", line: 4, column: 5 });
  expect(placeOf(["grants", 0])).toEqual({ file: "b.yaml", line: 3, column: 5 });
  expect(placeOf(["grants", 0, "options"])).toEqual({ file: "b.yaml", line: 3, column: 5 });
});

test("an alias bomb is refused", async () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${"bcdefgh"
    .split("")
    .map((name, at) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[at]}`).join(", ")}]`)
    .join("\n")}\nversion: 1\n`;
  const merges = "abcdefgh".replace(/(.)(?=(.))/g, "$2: &$2 { <<: [$1] }\n").slice(0, -1);
  const merged = `a: &a { x: 1 }\n${merges.replace(/\[(.)\]/g, (_, name) => `[${Array(10).fill(`*${name}`).join(", ")}]`)}version: 1\n`;
  for (const text of [bomb, merged]) {
    await expect(readDocument("b.yaml", text, schema)).rejects.toMatchObject({ message: "b.yaml: too many aliases" });
  }
});

test("a word that is none of those that may stand there is told with all of them and the nearest, and not repeated", async () => {
  const kinds = z.strictObject({
    one: z.discriminatedUnion("from", [
      z.strictObject({ from: z.literal("github") }),
      z.strictObject({ from: z.literal("gitlab") }),
    ]),
    mode: z.enum(["gate", "warn"]),
  });
  const refused = (text: string) => readDocument("f.yaml", text, kinds).catch((error: unknown) => error);
  expect(await refused("one: { from: githb }\nmode: gate\n")).toMatchObject({
    message: "f.yaml:1:8: none of github, gitlab in `one.from`",
    remedy: "Did you mean `github`?",
  });
  expect(await refused("one: { from: github }\nmode: gat\n")).toMatchObject({
    message: "f.yaml:2:1: none of gate, warn in `mode`",
    remedy: "Did you mean `gate`?",
  });
  const far = (await refused("one: { from: github }\nmode: something-else\n")) as Error & { remedy: string };
  expect([far.remedy, far.message.includes("something")]).toEqual(["Correct the file", false]);
});
