import { generateKeyPairSync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { encodingsOf } from "../../../src/secret/encoding.ts";
import { createMask, type Mask, type MaskHit } from "../../../src/secret/mask.ts";
import { Secret } from "../../../src/secret/secret.ts";

const token = randomBytes(30).toString("base64url");
let mask: Mask;

beforeEach(() => {
  mask = createMask();
  mask.add(new Secret("tok", token));
});

/** What a stream shows of these writes, with what it had shown after each. */
function shownAfterEach(...writes: readonly string[]): string[] {
  const stream = mask.stream();
  return [...writes.map((write) => stream.push(Buffer.from(write))), stream.end()].map((bytes) =>
    Buffer.from(bytes).toString(),
  );
}

function shown(...writes: readonly string[]): string {
  return shownAfterEach(...writes).join("");
}

test("a value is replaced by its name, and counted", () => {
  expect(mask.text(`curl -H "Authorization: Bearer ${token}"`)).toBe('curl -H "Authorization: Bearer [secret tok]"');
  expect(mask.hits()).toEqual([{ name: "tok", encoding: "raw", count: 1 }]);
  expect(mask.hits()).toEqual([]);
});

test("text without a value is not touched", () => {
  for (const text of ["", "\n", "a line\n", "grüß Gott ✔ 漢字 😀\r\n", "50%\r100%\n", "\u0000\u001b[31mred"]) {
    expect(mask.text(text)).toBe(text);
    expect(shown(text)).toBe(text);
  }
});

test("a mask without secrets gives everything at once", () => {
  const stream = createMask().stream();
  expect(Buffer.from(stream.push(Buffer.from("half a li"))).toString()).toBe("half a li");
});

test("a value that is printed in two writes, or byte by byte, is one value", () => {
  expect(shown(`a ${token.slice(0, 20)}`, `${token.slice(20)} b`)).toBe("a [secret tok] b");
  expect(shown(...`a ${token} b`)).toBe("a [secret tok] b");
});

test("a value in halves on two lines is hidden on both, whatever stands before the second", () => {
  const [one, two] = [token.slice(0, 20), token.slice(20)];
  for (const lineEnd of ["\n", "\r\n", "\n    ", "\n#12 3.456 ", "\\n", "\\r\\n"]) {
    expect(shown(`a ${one}${lineEnd}${two} b`)).toBe(`a [secret tok]${lineEnd}[secret tok] b`);
    expect(shown(`a ${one}`, lineEnd, `${two} b`)).toBe(`a [secret tok]${lineEnd}[secret tok] b`);
  }
});

test("base64 of a value inside a longer text, wrapped, keeps its line ends and its neighbours", () => {
  const text = Buffer.from(`user:${token} and more of the same`).toString("base64").replace(/.{24}/g, "$&\n");
  const lines = mask.text(text).split("\n");
  expect(lines).toHaveLength(text.split("\n").length);
  expect(lines[0]).toMatch(/^dXNlc.{0,3}\[secret tok\]$/);
  expect(Buffer.from(lines.at(-1)!, "base64").toString()).toContain("the same");
  expect(mask.hits()).toEqual([{ name: "tok", encoding: "base64", count: 1 }]);
});

test("a part of a value counts from 24 characters on", () => {
  expect(mask.text(`x ${token.slice(5, 29)} y`)).toBe("x [secret tok] y");
  expect(mask.text(`x ${token.slice(5, 28)} y`)).toBe(`x ${token.slice(5, 28)} y`);
});

test("a value in two colours is still that value, and the colours are kept", () => {
  const text = `a \x1b[32m${token.slice(0, 9)}\x1b[1;31m${token.slice(9)}\x1b[0m b`;
  expect(shown(text)).toBe("a \x1b[32m[secret tok]\x1b[1;31m\x1b[0m b");
  expect(shown(...text)).toBe("a \x1b[32m[secret tok]\x1b[1;31m\x1b[0m b");
});

test("nothing of a finished line waits for the next one", () => {
  const writes = ["a line\n", "#5 0.312 another\n", "a third\r\n", "\n", "    indented\n"];
  expect(shownAfterEach(...writes)).toEqual([...writes, ""]);
});

test("of a line that has no end yet, at most a few characters wait", () => {
  const [first] = shownAfterEach("Downloading the internet, please wait ...");
  expect(first!.length).toBeGreaterThan(24);
});

test("what may be the beginning of a value waits until that is decided", () => {
  for (const [length, outcome] of [
    [25, "[secret tok]"],
    [15, token.slice(0, 15)],
  ] as const) {
    const [first, second] = shownAfterEach(`here it is: ${token.slice(0, length)}\n`, "no more\n");
    expect(first).toMatch(/^here.{0,8}$/);
    expect(first! + second!).toBe(`here it is: ${outcome}\nno more\n`);
  }
});

test("a stream goes on after its end, and what came before the end is not joined with what comes after", () => {
  const stream = mask.stream();
  const push = (text: string) => Buffer.from(stream.push(Buffer.from(text))).toString();
  const end = () => Buffer.from(stream.end()).toString();
  expect(push(token.slice(0, 20)) + end()).toBe(token.slice(0, 20));
  expect(push(token.slice(20)) + end()).toBe(token.slice(20));
  expect(push(token) + end()).toBe("[secret tok]");
});

test("a renewed value is hidden as well as the one before it, in streams that are open", () => {
  const stream = mask.stream();
  stream.push(Buffer.from("before\n"));
  const renewed = randomBytes(30).toString("base64url");
  expect(mask.add(new Secret("tok", renewed))).toBeUndefined();
  const text = Buffer.concat([stream.push(Buffer.from(`${token} ${renewed}\n`)), stream.end()]).toString();
  expect(text).toBe("[secret tok] [secret tok]\n");
});

test("a weak value is not hidden, and it is said why", () => {
  expect(mask.add(new Secret("a", "a"))).toMatch(/shorter/);
  expect(mask.text("a banana")).toBe("a banana");
});

test("the longest of several values that stand in one place is named", () => {
  const file = `[default]\naws_access_key_id = ${randomBytes(10).toString("hex")}\naws_session_token = ${token}\n`;
  mask.add(new Secret("file", file));
  expect(mask.text(file)).toBe("[secret file]\n");
  expect(mask.text(`x ${token} y`)).toBe("x [secret tok] y");
});

test("a part of a value that is only words is left alone", () => {
  mask.add(new Secret("file", `[default]\naws_secret_access_key = ${randomBytes(30).toString("base64")}\n`));
  expect(mask.text("set aws_secret_access_key = in the file\n[default]\n")).toBe(
    "set aws_secret_access_key = in the file\n[default]\n",
  );
});

test("a private key is hidden line by line, in JSON, in base64 and half", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  mask.add(new Secret("key", pem));
  expect(mask.text(`cat key\n${pem}`)).toBe("cat key\n[secret key]\n");
  expect(mask.text(pem.replaceAll("\n", "\r\n"))).not.toMatch(/[\w+/]{25}/);
  expect(mask.text(JSON.stringify({ pem }))).toBe('{"pem":"[secret key]\\n"}');
  expect(mask.text(pem.split("\n").slice(5, 9).join("\n"))).toBe("[secret key]");
  expect(mask.text(Buffer.from(pem).toString("base64").replace(/.{76}/g, "$&\n"))).not.toMatch(/[\w+/]{25}/);
});

test("a character of several bytes is never cut, where a value shares a part of it", () => {
  const value = `${randomBytes(10).toString("hex")}漢字${randomBytes(10).toString("hex")}é`;
  mask.add(new Secret("uni", value));
  expect(mask.text(`x ${value.slice(0, -1)}è y`)).toBe("x [secret uni]è y");
  expect(mask.text(`x 文${value.slice(20)} y`)).not.toContain("\ufffd");
});

test.each([
  ["deploy\nP3cr3t.Winter\n", "P3cr3t.Winter"],
  ["svc-build\nacme@Master43\n", "acme@Master43"],
  ["alice:R4xk-9Wqz-LmT2\nci:N0Dm-IniO-hVyw\n", "ci:N0Dm-IniO-hVyw"],
  ["deploy\nsummer/IrexY1\n", "summer/IrexY1"],
])("a short line of a value with several is hidden by itself, were it half made of words", (value, line) => {
  const some = createMask();
  some.add(new Secret("login", value));
  expect(some.text(`auth with ${line} failed`)).toBe("auth with [secret login] failed");
});

test("what the mask prints is not searched again", () => {
  const once = mask.text(`${token}${token}`);
  expect(once).toBe("[secret tok][secret tok]");
  expect(mask.text(once)).toBe(once);
});

test("a big value is hidden as it comes, without being held back as a whole", () => {
  const big = randomBytes(150_000).toString("base64");
  mask.add(new Secret("big", big));
  const stream = mask.stream();
  let output = "";
  let longestWait = 0;
  for (let at = 0; at < big.length; at += 1000) {
    output += Buffer.from(stream.push(Buffer.from(big.slice(at, at + 1000)))).toString();
    longestWait = Math.max(longestWait, output === "" ? at : 0);
  }
  output += Buffer.from(stream.end()).toString();
  expect(output).toBe("[secret big]");
  expect(longestWait).toBeLessThan(6000);
});

test("50 MB without a line's end pass through, value and all", () => {
  const stream = mask.stream();
  const noise = Buffer.alloc(1_000_000, "the same words again and again, ");
  let length = 0;
  for (let i = 0; i < 50; i++) {
    length += stream.push(noise).length;
    length += stream.push(Buffer.from(i === 25 ? token : "")).length;
  }
  length += stream.end().length;
  expect(length).toBe(50 * noise.length + "[secret tok]".length);
});

// The laws. Values of every kind, and texts made of pieces of them.

const kinds: readonly string[] = [
  token,
  randomBytes(9).toString("base64"),
  `p!${randomBytes(4).toString("hex")}`,
  `-----BEGIN KEY-----\n${Array.from({ length: 4 }, () => randomBytes(48).toString("base64")).join("\n")}\n-----END KEY-----\n`,
  `ünï${randomBytes(6).toString("hex")}äöüß€漢字😀é${randomBytes(6).toString("hex")}漢漢漢字字字漢字漢漢漢字字漢字漢字漢漢漢漢字`,
  `a"b'c\\d<e>&f/g h$${randomBytes(8).toString("base64")}`,
  `ab\n${randomBytes(8).toString("hex")}`,
  randomBytes(40).toString("hex"),
  "x".repeat(100) + randomBytes(40).toString("base64"),
  `[default]\naws_access_key_id = AKIA${randomBytes(8).toString("hex").toUpperCase()}\naws_secret_access_key = ${randomBytes(30).toString("base64")}\n`,
  randomBytes(4500).toString("base64"),
];
const all = createMask();
kinds.forEach((value, index) => {
  all.add(new Secret(`s${index}`, value));
});
const forms = kinds.flatMap((value) => encodingsOf(Buffer.from(value)).map(({ bytes }) => Buffer.from(bytes)));

const anyForm = fc.nat(forms.length - 1).map((index) => forms[index]!);
const lineEnd = fc
  .constantFrom("\n", "\r\n", "\n   ", "\n#5 0.312 ", "\\n", "\r", "\n\t")
  .map((text) => Buffer.from(text));
const piece = fc.oneof(
  fc.string({ maxLength: 20 }).map((text) => Buffer.from(text)),
  fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom("\n\n", "\x1b[31m", "\x1b[0m", "\x1b[", "=", "xxxxxxxxxx", "漢漢漢字", "aws_secret_access_key = ")
    .map((text) => Buffer.from(text)),
  lineEnd,
  anyForm,
  fc.tuple(anyForm, fc.nat(), fc.nat(60)).map(([form, at, length]) => {
    const start = at % form.length;
    return form.subarray(start, start + length);
  }),
  fc
    .tuple(anyForm, fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), lineEnd), { minLength: 1, maxLength: 6 }))
    .map(([form, cuts]) => {
      let at = 0;
      const lines = cuts.flatMap(([length, end]) => {
        at += length;
        return [form.subarray(at - length, at), end];
      });
      return Buffer.concat([...lines, form.subarray(at)]);
    }),
);

function masked(text: Buffer, lengths: readonly number[]): { output: string; hits: MaskHit[] } {
  const stream = all.stream();
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) {
    parts.push(stream.push(text.subarray(at, at + length)));
    at += length;
  }
  parts.push(stream.push(text.subarray(at)), stream.end());
  return { output: Buffer.concat(parts).toString("latin1"), hits: stream.hits() };
}

test("however the same bytes are cut into chunks, the same is shown and counted", () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 10 }),
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }),
      (pieces, lengths) => {
        const text = Buffer.concat(pieces);
        const whole = masked(text, []);
        expect(masked(text, lengths)).toEqual(whole);
        expect(masked(text, Array<number>(Math.min(text.length, 3000)).fill(1))).toEqual(whole);
      },
    ),
    { numRuns: 300 },
  );
});

test("of every encoding of a value that stands in a text, no random piece of 12 characters is left", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyForm, fc.constantFrom(" ", "\n", "|", " = ")), { minLength: 1, maxLength: 5 }),
      (planted) => {
        const text = Buffer.concat(planted.flatMap(([form, after]) => [form, Buffer.from(after)]));
        const { output } = masked(text, []);
        for (const [form] of planted) {
          const written = form.toString("latin1");
          for (let at = 0; at + 12 <= Math.min(written.length, 1000); at++) {
            const part = written.slice(at, at + 12);
            const isRandom = new Set(part).size > 7 && /\d/.test(part) && /[A-Za-z]/.test(part) && !/\w_\w/.test(part);
            expect(isRandom && output.includes(part)).toBe(false);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("of twelve characters and more of a value whose every byte is escaped none is left, whatever repeats itself in it", () => {
  const values = [
    randomBytes(40).toString("hex"),
    Array.from(randomBytes(60), (byte) => byte % 10).join(""),
    Array.from(randomBytes(30), (byte) => `${byte % 10}`.repeat(2)).join(""),
    randomBytes(45).toString("base64"),
  ];
  const some = createMask();
  for (const value of values) some.add(new Secret("tok", value));
  const escaped = values
    .flatMap((value) => encodingsOf(Buffer.from(value)))
    .filter(({ spread }) => spread >= 3)
    .map(({ bytes, spread }) => ({ text: Buffer.from(bytes).toString("latin1"), spread }));
  fc.assert(
    fc.property(
      fc.constantFrom(...escaped),
      fc.nat(),
      fc.nat(300),
      fc.nat(3),
      ({ text, spread }, from, more, shift) => {
        const start = from % text.length;
        const cut = text.slice(start, start + 12 * spread + more);
        fc.pre(cut.length >= 12 * spread && new Set(cut).size > 6);
        expect(some.text(`${" ".repeat(shift)}x = ${cut} y`).trim()).toBe("x = [secret tok] y");
      },
    ),
    { numRuns: 2000 },
  );
});

test("of a value of doubled digits, each byte of which is escaped, no cut is left, wherever it lies", () => {
  const value = "119988116622227799775566447777770066002200660000660000330077";
  const some = createMask();
  some.add(new Secret("tok", value));
  const left: string[] = [];
  for (const { bytes, spread, variant } of encodingsOf(Buffer.from(value))) {
    const text = Buffer.from(bytes).toString("latin1");
    for (let at = 0; spread >= 3 && at + 12 * spread <= text.length; at++) {
      const cut = text.slice(at, at + 12 * spread);
      if (new Set(cut).size <= 6) continue;
      for (let shift = 0; shift < 4; shift++) {
        const shown = some.text(`${" ".repeat(shift)}x = ${cut} y`).trim();
        if (shown !== "x = [secret tok] y") left.push(`${variant} at ${at}`);
      }
    }
  }
  expect(left).toEqual([]);
});

test("well-formed text stays well-formed", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = Buffer.concat(pieces);
      fc.pre(!text.toString("utf8").includes("\ufffd"));
      expect(Buffer.from(masked(text, []).output, "latin1").toString("utf8")).not.toContain("\ufffd");
    }),
    { numRuns: 300 },
  );
});
