import fc from "fast-check";
import { expect, test } from "vitest";
import { lastOfEachId, parseSecretFlag, printSecretFlag, secretOrigin } from "../../../src/buildx/secret-flag.ts";

test.each([
  ["id=a,src=/f", { id: "a", file: "/f" }],
  ["id=a,source=/f", { id: "a", file: "/f" }],
  ["ID=a,SRC=/f", { id: "a", file: "/f" }],
  ["id=a,env=V", { id: "a", env: "V" }],
  ["type=env,id=a,src=V", { id: "a", env: "V" }],
  ["type=env,id=a,env=V,src=/f", { id: "a", file: "/f", env: "V" }],
  ["type=file,id=a,src=/f", { id: "a", file: "/f" }],
  ['id=a,"src=/with,comma"', { id: "a", file: "/with,comma" }],
  ["id=a", { id: "a" }],
  ["src=/1,id=a,src=/2", { id: "a", file: "/2" }],
])("--secret %s", (text, secret) => {
  expect(parseSecretFlag(text)).toEqual([secret]);
});

test("an empty one is none", () => {
  expect(parseSecretFlag("")).toEqual([]);
});

test.each([["src=/f"], ["id=a,what=x"], ["id=a,/f"], ["type=vault,id=a"], ['id="a']])("%s is refused", (text) => {
  expect(() => parseSecretFlag(text)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
});

test("what is printed is read as it was", () => {
  const word = fc.string({ minLength: 1 });
  const secret = fc.record({ id: word, file: word, env: word }, { requiredKeys: ["id"] });
  fc.assert(
    fc.property(secret, (one) => {
      expect(parseSecretFlag(printSecretFlag(one))).toEqual([one]);
    }),
  );
});

test("of several with one id the last counts", () => {
  expect(lastOfEachId([{ id: "a", file: "/1" }, { id: "b" }, { id: "a", file: "/2" }])).toEqual([
    { id: "a", file: "/2" },
    { id: "b" },
  ]);
});

test("a variable comes before a file, and without both the id names one of them", () => {
  const isSet = (name: string) => name === "a";
  expect(secretOrigin({ id: "x", file: "/f", env: "V" }, isSet)).toEqual({ kind: "env", name: "V" });
  expect(secretOrigin({ id: "x", file: "/f" }, isSet)).toEqual({ kind: "file", path: "/f" });
  expect(secretOrigin({ id: "a" }, isSet)).toEqual({ kind: "env", name: "a" });
  expect(secretOrigin({ id: "b" }, isSet)).toEqual({ kind: "file", path: "b" });
});
