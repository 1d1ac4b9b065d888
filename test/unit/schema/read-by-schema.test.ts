import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { configSchema } from "../../../src/config/config.ts";
import { policySchema } from "../../../src/grant/policy-schema.ts";
import { grantSchema } from "../../../src/grant/request-schema.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import { ignoreListSchema } from "../../../src/scan/ignore-schema.ts";
import { userRulesSchema } from "../../../src/scan/user-rule/schema.ts";
import { readBySchema } from "../../../src/schema/read-by-schema.ts";
import { tellFaults } from "../../../src/schema/tell.ts";
import { sourceSchemas } from "../../../src/source/kind/schema.ts";

/** What is told of a value: its sentence and what to do. */
function told(schema: z.ZodType, value: unknown): string {
  const read = readBySchema(schema, value);
  if ("value" in read) return "";
  const { message, remedy } = tellFaults(read.faults, {
    first: () => "",
    next: (path) => `${path.join(".")}: `,
    remedy: () => "-",
  });
  return `${message}. ${remedy}`;
}

const configOf = (secret: unknown) => ({ version: 1, secrets: { a: secret } });
const ofSecret = (secret: unknown) => told(configSchema, configOf(secret));
const ofGrant = (grant: unknown) => told(configSchema, { version: 1, grants: [grant] });

describe("a key that is written wrong is named, with the one that was meant", () => {
  test.each([
    [{ form: "env", name: "X" }, "unknown key `form` in `secrets.a`. Did you mean `from`?"],
    [{ from: "env", nmae: "X" }, "unknown key `nmae` in `secrets.a`. Did you mean `name`?"],
    [
      { from: "aws-session", policy: { buckt: "my-cache" } },
      "unknown key `buckt` in `secrets.a.policy`. Did you mean `bucket`?",
    ],
    [
      { from: "aws-session", policy: { bucket: "my-cache", prefx: "a" } },
      "unknown key `prefx` in `secrets.a.policy`. Did you mean `prefix`?",
    ],
    [
      { from: "github-app", clientId: "x", privateKey: { form: "env", name: "K" } },
      "unknown key `form` in `secrets.a.privateKey`. Did you mean `from`?",
    ],
  ])("in a secret: %j", (secret, says) => expect(ofSecret(secret)).toBe(says));

  test.each([
    [{ wiht: "npm" }, "unknown key `wiht` in `grants[0]`. Did you mean `with`?"],
    [{ secrt: "a", steps: {} }, "unknown key `secrt` in `grants[0]`. Did you mean `secret`?"],
    [{ secret: "a", steps: { rum: "x" } }, "unknown key `rum` in `grants[0].steps`. Did you mean `run`?"],
    [{ secret: "a", steps: {}, as: { fle: "A" } }, "unknown key `fle` in `grants[0].as`. Did you mean `file`?"],
    [
      { secret: "a", steps: {}, as: { fle: "A", target: "/a" } },
      "unknown key `fle` in `grants[0].as`. Did you mean `file`?",
    ],
    [{ with: "npm", zzz: 1 }, "unknown key `zzz` in `grants[0]`. -"],
  ])("in a grant: %j", (grant, says) => expect(ofGrant(grant)).toBe(says));

  test("but not one of another kind", () => {
    expect(ofSecret({ from: "env", name: "X", pth: "X" })).toBe("unknown key `pth` in `secrets.a`. -");
  });
});

describe("two keys of which one may be there are told as such", () => {
  test.each([
    [{ with: "npm", secret: "a" }, "`secret` beside `with` in `grants[0]`. Take one of them out"],
    [{ secret: "a", steps: {}, options: {} }, "`options` beside `secret` in `grants[0]`. Take one of them out"],
    [{ with: "npm", field: "x" }, "`field` beside `with` in `grants[0]`. Take one of them out"],
    [
      { secret: "a", steps: {}, as: { file: "A", env: "B" } },
      "`env` beside `file` in `grants[0].as`. Take one of them out",
    ],
  ])("%j", (grant, says) => expect(ofGrant(grant)).toBe(says));
});

describe("a key that is not there is named", () => {
  test.each([
    [{}, "`version` is missing. Write `version: 1`"],
    [configOf({}), "`from` is missing in `secrets.a`. Add it: one of irsa, identity,"],
    [configOf({ from: "env" }), "`name` is missing in `secrets.a`. Add it"],
    [configOf({ from: "nosana", key: "x", walletFile: "w" }), "`endpoint` is missing in `secrets.a`. Add it"],
    [{ version: 1, grants: [{}] }, "`secret` or `with` is missing in `grants[0]`. Add one of them"],
    [{ version: 1, grants: [{ steps: {} }] }, "`secret` or `with` is missing in `grants[0]`. Add one of them"],
    [
      { version: 1, grants: [{ secret: "a", steps: {}, as: {} }] },
      "`file` or `target` or `env` is missing in `grants[0].as`. Add one of them",
    ],
  ])("%j", (value, says) => expect(told(configSchema, value).slice(0, says.length)).toBe(says));
});

describe("a value is told in plain words, with what to write", () => {
  test.each([
    [{ from: "exec", command: "op read x" }, "not a list in `secrets.a.command`. Write it as a list: `[one, two]`"],
    [{ from: "exec", command: [] }, "an empty list in `secrets.a.command`. -"],
    [{ from: "exec", command: ["a", 1] }, "not a text in `secrets.a.command[1]`. Put it in quotes"],
    [
      { from: "exec", command: ["a"], ttlSeconds: "900" },
      "not a number in `secrets.a.ttlSeconds`. Take the quotes off",
    ],
    [{ from: "exec", command: ["a"], ttlSeconds: 0 }, "not more than 0 in `secrets.a.ttlSeconds`. -"],
    [{ from: "env", name: 7 }, "not a text in `secrets.a.name`. Put it in quotes"],
    [{ from: "env", name: "" }, "an empty text in `secrets.a.name`. -"],
    [{ from: "env", name: null }, "nothing stands in `secrets.a.name`. Give it a value, or take it out"],
    [null, "nothing stands in `secrets.a`. Give it a value, or take it out"],
    ["env", "not keys with values in `secrets.a`. Write its keys: `{ key: value }`"],
    [{ from: "aws-session", durationSeconds: 60 }, "less than 900 in `secrets.a.durationSeconds`. -"],
    [{ from: "aws-session", durationSeconds: 90_000 }, "more than 43200 in `secrets.a.durationSeconds`. -"],
    [{ from: "aws-session", durationSeconds: 1000.5 }, "not a whole number in `secrets.a.durationSeconds`. -"],
    [{ from: "aws-session", chain: [] }, "an empty list in `secrets.a.chain`. -"],
    [{ from: "aws-session", policy: 7 }, "not a text or keys with values in `secrets.a.policy`. Put it in quotes"],
    [
      { from: "aws-session", policy: { bucket: "a" } },
      "a text of less than 3 characters in `secrets.a.policy.bucket`. -",
    ],
    [
      { from: "aws-session", policy: { bucket: "abc", access: "raed" } },
      "none of read, read-write in `secrets.a.policy.access`. Did you mean `read`?",
    ],
    [{ from: "aws-session", stsEndpoint: "x" }, "not a URL (https://HOST/…) in `secrets.a.stsEndpoint`. -"],
  ])("%j", (secret, says) => expect(ofSecret(secret)).toBe(says));

  test("at the top of a file, too", () => {
    expect(told(configSchema, [])).toBe("not keys with values. -");
    expect(told(configSchema, { version: 2 })).toBe("not 1 in `version`. -");
    expect(told(configSchema, { version: "1" })).toBe("not 1 in `version`. Take the quotes off");
    expect(told(configSchema, { version: 1, secrets: { "a b": { from: "irsa" } } })).toBe(
      "not a name of letters, digits, `.`, `_`, `-` in `secrets.a b`. -",
    );
    expect(told(policySchema, { version: 1, sources: ["exce"] })).toContain("Did you mean `exec`?");
    expect(told(policySchema, { version: 1, sources: [{ exce: [["a"]] }] })).toBe(
      "unknown key `exce` in `sources[0]`. Did you mean `exec`?",
    );
  });
});

test("all that is wrong is told at once, slips of the keyboard first, and not without an end", () => {
  const twice = { version: 1, secrets: { a: { from: "env" }, b: { from: "file" } }, grant: [] };
  expect(told(configSchema, twice)).toBe(
    "unknown key `grant`. Did you mean `grants`? Also secrets.a: `name` is missing in `secrets.a`; secrets.b: `path` is missing in `secrets.b`",
  );
  const many = { version: 1, secrets: Object.fromEntries([..."abcdefg"].map((name) => [name, { from: "env" }])) };
  expect(told(configSchema, many)).toMatch(/^`name` is missing in `secrets\.a`\. Add it\. Also secrets\.b.*; 3 more$/);
});

test("whatever stands there, no word is zod's own and no value is repeated", async () => {
  const value = randomBytes(12).toString("hex");
  const others = [value, [value], { from: value }, { [value.slice(0, 1)]: value }, 7, 7.5, true, null, [], {}, ""];
  const schemas: z.ZodType[] = [configSchema, policySchema, grantSchema, ignoreListSchema, userRulesSchema];
  schemas.push(...Object.values(sourceSchemas));
  for (const recipe of recipes.values()) schemas.push(await recipe.options());
  for (const schema of schemas) {
    const shape = (schema as { shape?: Record<string, z.ZodType> }).shape ?? {};
    const literals = Object.entries(shape).flatMap(([key, one]) =>
      one instanceof z.ZodLiteral ? [[key, one.value]] : [],
    );
    const values = Object.keys(shape).flatMap((key) =>
      others.map((other) => ({ ...(Object.fromEntries(literals) as object), [key]: other })),
    );
    for (const one of [...others, ...values]) {
      const says = told(schema, one);
      expect(says).not.toMatch(/Invalid|expected|received|Too (?:small|big)|Unrecognized|undefined|what can stand/);
      expect(says).not.toContain(value);
    }
  }
});
