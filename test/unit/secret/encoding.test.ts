import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodingsOf } from "../../../src/secret/encoding.ts";

function formsOf(value: string | Uint8Array): string[] {
  return encodingsOf(Buffer.from(value as string)).map(({ bytes }) => Buffer.from(bytes).toString("latin1"));
}

function latin(text: string): string {
  return Buffer.from(text).toString("latin1");
}

const awkward = `p"w'd\\ \`x\`/<b>&$HOME!\n\tünï + ;%20 #${randomBytes(6).toString("hex")}`;

test("a token without special characters is its own JSON, HTML and shell form, once", () => {
  const token = randomBytes(30).toString("hex");
  const found = encodingsOf(Buffer.from(token));
  expect(found.filter(({ bytes }) => Buffer.from(bytes).toString() === token)).toHaveLength(1);
  expect(new Set(found.map(({ bytes }) => Buffer.from(bytes).toString("latin1"))).size).toBe(found.length);
});

test("base64 of a value is found at whatever offset it stands in a longer text, url-safe too", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 8, maxLength: 60 }),
      fc.uint8Array({ maxLength: 9 }),
      fc.uint8Array({ maxLength: 9 }),
      (value, before, after) => {
        // Blanks and quotes at the edges are no part of a value.
        value.set(Buffer.from("k9"), 0);
        value.set(Buffer.from("9k"), value.length - 2);
        const forms = formsOf(value);
        const text = Buffer.concat([before, value, after]);
        for (const written of [text.toString("base64"), text.toString("base64url")]) {
          expect(forms.some((form) => written.includes(form))).toBe(true);
        }
      },
    ),
  );
});

test.each([
  ["encodeURIComponent", encodeURIComponent(awkward)],
  ["encodeURI", encodeURI(awkward)],
  ["a form", new URLSearchParams({ v: awkward }).toString().slice(2)],
  ["lower case percent", encodeURIComponent(awkward).replace(/%../g, (triple) => triple.toLowerCase())],
  ["JSON", JSON.stringify(awkward).slice(1, -1)],
  ["JSON with escaped slashes", JSON.stringify(awkward).slice(1, -1).replaceAll("/", "\\/")],
  ["JSON in JSON", JSON.stringify(JSON.stringify(awkward)).slice(3, -3)],
  [
    "JSON of Go",
    JSON.stringify(awkward)
      .slice(1, -1)
      .replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
  ],
  [
    "JSON of Python",
    JSON.stringify(awkward)
      .slice(1, -1)
      .replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ],
  [
    "HTML",
    awkward
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
  ],
  ["single quotes in a shell", awkward.replaceAll("'", `'\\''`)],
  ["double quotes in a shell", awkward.replace(/["\\$`]/g, "\\$&")],
  ["single quotes in PowerShell, YAML and SQL", awkward.replaceAll("'", "''")],
  [
    "bash's $'…'",
    Buffer.from(awkward)
      .toString("latin1")
      .replace(/['\\]/g, "\\$&")
      .replaceAll("\n", "\\n")
      .replaceAll("\t", "\\t")
      .replace(/[\x80-\xff]/g, (char) => `\\${char.charCodeAt(0).toString(8)}`),
  ],
  [
    "Node's inspect",
    inspect(awkward)
      .slice(1, -1)
      .replace(/^[`'"]|[`'"]$/g, ""),
  ],
  ["hex", Buffer.from(awkward).toString("hex")],
  ["upper case hex", Buffer.from(awkward).toString("hex").toUpperCase()],
])("a value with every kind of special character is known as %s writes it", (_, written) => {
  expect(formsOf(awkward)).toContain(latin(written));
});

test("a value is known in UTF-16 of both orders", () => {
  const little = Buffer.from(awkward, "utf16le");
  expect(formsOf(awkward)).toContain(little.toString("latin1"));
  expect(formsOf(awkward)).toContain(Buffer.from(little).swap16().toString("latin1"));
});

test("a value with every byte escaped is known in each way of doing so", () => {
  const value = `abc-${randomBytes(6).toString("hex")}`;
  const bytes = [...Buffer.from(value)];
  const forms = formsOf(value);
  for (const write of [
    (byte: number) => `%${byte.toString(16)}`,
    (byte: number) => `\\x${byte.toString(16)}`,
    (byte: number) => `\\u00${byte.toString(16)}`,
    (byte: number) => `&#${byte};`,
    (byte: number) => `&#x${byte.toString(16)};`,
    (byte: number) => `\\${byte.toString(8).padStart(3, "0")}`,
  ]) {
    expect(forms).toContain(bytes.map(write).join(""));
  }
});

test("blanks and quotes around a value are not part of it", () => {
  const token = randomBytes(20).toString("hex");
  expect(formsOf(` "${token}"\n`)).toEqual(formsOf(token));
});

test("bytes that are no text have the encodings that count in bytes, and no others", () => {
  const found = encodingsOf(Buffer.from([0xff, 0xfe, ...randomBytes(12), 0xff]));
  const encodings = new Set(found.map(({ encoding }) => encoding));
  expect([...encodings].sort()).toEqual(["base64", "hex", "percent", "raw", "shell"]);
});

test("a short random line of a value with several is known by itself; a line that any file has is not", () => {
  const password = `${randomBytes(5).toString("hex")}Q`;
  const forms = formsOf(`user: deployer\npassword: x\n${password}\n-----BEGIN PRIVATE KEY-----\n`);
  expect(forms).toContain(password);
  expect(forms).not.toContain("-----BEGIN PRIVATE KEY-----");
  expect(forms).not.toContain("user: deployer");
});
