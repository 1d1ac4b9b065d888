import { describe, expect, test } from "vitest";
import { createDocumentReader } from "../../../src/scan/document-text.ts";

/** What a reader gives of a document that comes in pieces of a size. */
function read(document: string | Buffer, pieceBytes = 7, longest = 1 << 20) {
  const texts: string[] = [];
  const reader = createDocumentReader(longest, ({ text, decoded, way }) => {
    const { path, inner } = way();
    const where = [path, ...inner].join(" > ");
    texts.push(`${where} = ${text}`);
    if (decoded !== undefined) texts.push(`${where} > base64 = ${decoded}`);
  });
  const bytes = Buffer.from(document as string);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  return { texts, shape: reader.end() };
}

function texts(json: unknown): string[] {
  const document = JSON.stringify(json);
  const whole = read(document, document.length).texts;
  for (const pieceBytes of [1, 7, 64]) expect(read(document, pieceBytes).texts).toEqual(whole);
  return whole;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("the texts of a document", () => {
  test("are its strings and keys, each with the way to it; variables by their names", () => {
    const json = {
      config: { Env: ["PATH=/bin", "odd"], Labels: { maintainer: "me" } },
      history: [{ created_by: "RUN a" }, { empty_layer: true, count: 3 }],
    };
    const found = texts(json);
    for (const text of [
      "config.Env.PATH = PATH=/bin",
      "config.Env[1] = odd",
      "config.Labels.maintainer = me",
      "config.Labels.maintainer = maintainer",
      "history[0].created_by = RUN a",
    ]) {
      expect(found).toContain(text);
    }
  });

  test("are decoded where they are base64 of a text or of a document, in each other too", () => {
    const inside = { deep: base64(JSON.stringify({ deeper: "here it is, at last" })) };
    const json = { payload: base64(JSON.stringify(inside)), data: base64("FROM scratch\nRUN something long") };
    const found = texts(json);
    expect(found).toContain("payload > deep > deeper = here it is, at last");
    expect(found).toContain("data > base64 = FROM scratch\nRUN something long");
    expect(found).toContain(`data = ${json.data}`);
  });

  test("stop at payloads in payloads in payloads, and at what is no text", () => {
    let json: unknown = { end: "the end of it all" };
    for (let depth = 0; depth < 5; depth++) json = { next: base64(JSON.stringify(json)) };
    expect(texts(json).some((text) => text.includes("the end of it all"))).toBe(false);
    expect(texts([Buffer.alloc(30, 0xff).toString("base64")])).toHaveLength(1);
  });

  test("come from a document of any depth, which is told", () => {
    for (const depth of [20_000, 1_000_000]) {
      const { texts, shape } = read(`${"[".repeat(depth)}"bottom"${"]".repeat(depth)}`, 65_536);
      expect(texts).toHaveLength(1);
      expect(texts[0]).toMatch(/^\[0\].* = bottom$/);
      expect(shape).toMatchObject({ depth, values: 1 });
    }
  });

  test("have their own way again behind what was too deep for one", () => {
    const { texts } = read(`{"a":${'{"x":['.repeat(500)}1,"deep"${"]}".repeat(500)},"b":["one",{"c":"two"}]}`);
    expect(texts.at(-3)).toBe("b[0] = one");
    expect(texts.slice(-2)).toEqual(["b[1].c = c", "b[1].c = two"]);
  });

  test("are unescaped, and read as UTF-8 wherever a piece ends", () => {
    expect(texts({ 'a"b\\': "\u0000\n ü \ud83d\ude00 / \\" })).toEqual([
      'a"b\\ = a"b\\',
      'a"b\\ = \u0000\n ü \ud83d\ude00 / \\',
    ]);
    expect(read('["\\u0041\\/"]').texts).toEqual(["[0] = A/"]);
  });

  test("that come twice under one name are both read", () => {
    expect(read('{"a":"one","a":"two"}').texts).toEqual(["a = a", "a = one", "a = a", "a = two"]);
  });

  test("that are too long are counted, and what follows is read", () => {
    const { texts, shape } = read(`["${"x".repeat(2000)}","y","${"z".repeat(2000)}"]`, 100, 1000);
    expect(texts).toEqual(["[1] = y"]);
    expect(shape.tooLong).toBe(2);
  });

  test("end where it is no JSON", () => {
    expect(read('[section]\nname = "it is\nopen", "more"').texts).toEqual([]);
    for (const odd of ["", "}", "]],,", '{"', '{"a', "[\\", '"\\']) expect(() => read(odd)).not.toThrow();
  });
});
