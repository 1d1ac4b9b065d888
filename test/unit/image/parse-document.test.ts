import { expect, test } from "vitest";
import { parseDocument } from "../../../src/image/parse-document.ts";

const read = (text: string) => parseDocument(Buffer.from(text));

test("a document is read as it is", () => {
  expect(read('{"manifests":[]}')).toEqual({ kind: "index", manifests: [] });
  expect(read('{"manifests":[')).toBeUndefined();
});

test("what costs more than an image's documents do is not parsed", () => {
  expect(read(`{"layers":[{}${",{}".repeat(1_300_000)}]}`)).toBeUndefined();
  expect(read(`{"layers":[{}${",{}".repeat(300_000)}]}`)).toBeUndefined();
  expect(read(`{"layers":${"[".repeat(101)}${"]".repeat(101)}}`)).toBeUndefined();
  expect(read(`{"layers":[],"a":"${"x".repeat(4 << 20)}"}`)).toBeUndefined();
});

test("what stands in a text costs nothing", () => {
  const text = `\\"${"[{,".repeat(200_000)}\\\\`;
  expect(read(`{"layers":[],"${text}":"${text}"}`)).toMatchObject({ kind: "manifest" });
});

test("a key that comes twice makes it doubtful, for others read both", () => {
  const doubt = "a key comes twice in one of its objects";
  expect(read('{"manifests":[{"annotations":{}}],"manifests":[{"digest":"x"}]}')).toMatchObject({ doubt });
  expect(read('{"layers":[{"digest":"x","\\u0064igest":"y"}]}')).toMatchObject({ doubt });
  expect(read('[{"Layers":[],"Config":"a","Config":"b"}]')).toMatchObject({ doubt });
  const odd = '{"layers":[{"digest":"a:b"},{"digest":"a:b"}],"__proto__":{"digest":":"},"a":{"a":{"a":[]}}}';
  expect(read(odd)).not.toHaveProperty("doubt");
});
