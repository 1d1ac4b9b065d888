import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BuildOutput,
  effectiveOutputs,
  isFolder,
  isPushed,
  parseOutputFlag,
  printOutputFlag,
} from "../../../src/buildx/output-flag.ts";

test.each<[string, BuildOutput]>([
  ["out", { type: "local", dest: "out", attributes: {} }],
  ["a=b", { type: "local", dest: "a=b", attributes: {} }],
  ["-", { type: "tar", dest: "-", attributes: {} }],
  ["type=oci,dest=x.tar", { type: "oci", dest: "x.tar", attributes: {} }],
  ["type=image,push=true,Name=a", { type: "image", attributes: { push: "true", name: "a" } }],
  ['type=image,"name=a,b",push=true', { type: "image", attributes: { name: "a,b", push: "true" } }],
  ["type=local,dest=", { type: "local", attributes: {} }],
])("-o %s", (text, output) => {
  expect(parseOutputFlag(text)).toEqual([output]);
});

test("an empty one is none", () => {
  expect(parseOutputFlag("")).toEqual([]);
});

test.each([["dest=x,push=true"], ["type=oci,x"], ["type="], ['type=oci,"dest']])("%s is refused", (text) => {
  expect(() => parseOutputFlag(text)).toThrow(expect.objectContaining({ code: "ARGUMENT" }));
});

test("what is printed is read as it was", () => {
  const key = fc.stringMatching(/^[a-z][a-z.-]{0,8}$/).filter((name) => name !== "type" && name !== "dest");
  const output = fc.record(
    {
      type: fc.stringMatching(/^[a-z]+$/),
      dest: fc.string({ minLength: 1 }),
      attributes: fc.dictionary(key, fc.string()),
    },
    { requiredKeys: ["type", "attributes"] },
  );
  fc.assert(
    fc.property(output, (one) => {
      expect(parseOutputFlag(printOutputFlag(one as BuildOutput))).toEqual([one]);
    }),
  );
});

const outputs = (texts: readonly string[], push = false, load = false) =>
  effectiveOutputs({ outputs: texts.flatMap((text) => parseOutputFlag(text)), push, load }).map(printOutputFlag);

test.each([
  [[], true, false, ["type=image,unpack=false,push=true"]],
  [["type=image,name=a"], true, false, ["type=image,unpack=false,name=a,push=true"]],
  [["type=registry,unpack=true"], false, false, ["type=image,unpack=true,push=true"]],
  [[], false, true, ["type=docker"]],
  [["type=docker"], false, true, ["type=docker"]],
  [["type=docker,dest=x.tar"], false, true, ["type=docker,dest=x.tar", "type=docker"]],
  [["out"], true, true, ["type=local,dest=out", "type=image,unpack=false,push=true", "type=docker"]],
])("%j with --push=%s --load=%s are in effect %j", (texts, push, load, expected) => {
  expect(outputs(texts, push, load)).toEqual(expected);
});

test("what is pushed, and what is a folder", () => {
  const one = (text: string) => parseOutputFlag(text)[0]!;
  expect(
    ["type=registry", "type=image,push=1", "type=image", "type=oci,push=true"].map((text) => isPushed(one(text))),
  ).toEqual([true, true, false, false]);
  expect(["x", "type=oci,tar=false,dest=x", "type=oci,dest=x", "-"].map((text) => isFolder(one(text)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
