import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readNeedleFile } from "../../../src/secret/needle-file.ts";

const [first, second] = [0, 1].map(() => `${randomBytes(12).toString("hex")}-ä€𐍈`) as [string, string];

const read = (bytes: Uint8Array) =>
  readNeedleFile(bytes)?.map((secret) => [secret.name, Buffer.from(secret.expose()).toString("utf8")]);

/** As PowerShell, Notepad and others write a text, each by its mark. */
const encodings: readonly [string, (text: string) => Buffer][] = [
  ["UTF-8 without a mark", (text) => Buffer.from(text)],
  ["UTF-8 with its mark", (text) => Buffer.from(`\ufeff${text}`)],
  ["UTF-16, little end first", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
  ["UTF-16, big end first", (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
];

describe.each(encodings)("a file of values in %s", (_, encode) => {
  test("is read by lines, however they end", () => {
    expect(read(encode(`${first}\r\n\r\n${second}\n`))).toEqual([
      ["needle-1", first],
      ["needle-3", second],
    ]);
  });

  test("is read as an object of names", () => {
    expect(read(encode(` ${JSON.stringify({ one: first, two: second })}\r\n`))).toEqual([
      ["one", first],
      ["two", second],
    ]);
  });

  test("is refused as an object that is none of texts", () => {
    expect(read(encode(`{"one": 1}`))).toBeUndefined();
    expect(read(encode(`{"one": "${first}`))).toBeUndefined();
  });

  test("may be empty", () => {
    expect(read(encode(""))).toEqual([]);
  });
});

test("a line whose bytes are no text is taken as they are", () => {
  const bytes = Buffer.concat([randomBytes(8), Buffer.from([0xff, 0xc0])]).map((byte) => byte || 1);
  const line = bytes.map((byte) => (byte === 0x0a || byte === 0x0d ? 1 : byte));
  const secrets = readNeedleFile(Buffer.concat([Buffer.from("x"), line, Buffer.from("\r\n")]));
  expect(secrets?.map((secret) => Buffer.from(secret.expose()).toString("hex"))).toEqual([
    Buffer.concat([Buffer.from("x"), line]).toString("hex"),
  ]);
  const unmarked = Buffer.from(first, "utf16le");
  expect(Buffer.compare(readNeedleFile(unmarked)![0]!.expose(), unmarked)).toBe(0);
});
