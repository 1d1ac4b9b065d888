import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createMask } from "/work/main/src/secret/mask.ts";
import { Secret } from "/work/main/src/secret/secret.ts";
import { encodingsOf } from "/work/main/src/secret/encoding.ts";
const RUNS = Number(process.env.RUNS ?? 2000);
const uni = "äöüß€漢字😀é";
const values = [
  randomBytes(30).toString("base64url"),
  randomBytes(9).toString("base64"),
  "p!" + randomBytes(4).toString("hex"),
  "-----BEGIN KEY-----\n" + Array.from({length:4},()=>randomBytes(48).toString("base64")).join("\n") + "\n-----END KEY-----\n",
  "ünï" + randomBytes(6).toString("hex") + uni + randomBytes(6).toString("hex") + "漢漢漢字字字漢字漢漢漢字字漢字漢字漢漢漢漢字",
  `a"b'c\\d<e>&f/g h$` + randomBytes(8).toString("base64"),
  "ab\n" + randomBytes(8).toString("hex"),
  randomBytes(40).toString("hex"),
  "x".repeat(100) + randomBytes(40).toString("base64"),
  "[default]\naws_access_key_id = AKIA" + randomBytes(8).toString("hex").toUpperCase() + "\naws_secret_access_key = " + randomBytes(30).toString("base64")+"\n",
];
const mask = createMask();
values.forEach((v, i) => { const w = mask.add(new Secret("s" + i, v)); if (w) console.log(i, w); });
const forms = values.flatMap(v => encodingsOf(Buffer.from(v)).map(e => Buffer.from(e.bytes)));
console.log("forms", forms.length, forms.reduce((a,b)=>a+b.length,0));
const brk = fc.constantFrom("\n", "\r\n", "\n   ", "\n#5 0.312 ", "\\n", "\r", "\n\t");
const form = fc.nat(forms.length - 1).map(i => forms[i]!);
const frag = fc.oneof(
  fc.string({ maxLength: 20 }).map(s => Buffer.from(s)),
  fc.string({ unit: "grapheme", maxLength: 8 }).map(s => Buffer.from(s)),
  fc.constantFrom("\n", "\n\n", " ", "\x1b[31m", "\x1b[0m", "\x1b[", "=", "xxxxxxxxxx", "漢漢漢字", "aws_secret_access_key = ", "-----BEGIN KEY-----\n").map(s => Buffer.from(s)),
  brk.map(s=>Buffer.from(s)),
  form,
  fc.tuple(form, fc.nat(), fc.nat()).map(([f, a, b]) => f.subarray(a % f.length, (a % f.length) + (b % 30))),
  fc.tuple(form, fc.nat(), fc.nat(40)).map(([f, a, n]) => { const c = a % f.length; return Buffer.concat([f.subarray(Math.max(0, c - n), c), f.subarray(c, c + n)]); }),
  fc.tuple(form, fc.array(fc.tuple(fc.integer({min:1,max:90}), brk), {minLength:1,maxLength:6})).map(([f, cuts]) => { const out: Buffer[] = []; let at = 0; for (const [n, b] of cuts) { out.push(f.subarray(at, at + n), Buffer.from(b)); at += n; } out.push(f.subarray(at)); return Buffer.concat(out); }),
);
function whole(t: Uint8Array) { const s = mask.stream(); const o = Buffer.concat([s.push(t), s.end()]); return { o: o.toString("latin1"), h: s.hits() }; }
function cut(t: Buffer, cuts: number[]) { const s = mask.stream(); const out: Uint8Array[] = []; let at = 0; for (const n of cuts) { out.push(s.push(t.subarray(at, at + n))); at += n; if (at >= t.length) break; } out.push(s.push(t.subarray(at)), s.end()); return { o: Buffer.concat(out).toString("latin1"), h: s.hits() }; }
test("chunking", () => {
  fc.assert(fc.property(fc.array(frag, { maxLength: 12 }), fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }), (frags, cuts) => {
    const t = Buffer.concat(frags);
    expect(cut(t, cuts)).toEqual(whole(t));
    expect(cut(t, Array(t.length).fill(1))).toEqual(whole(t));
  }), { numRuns: RUNS });
}, 600000);
test("gone", () => {
  fc.assert(fc.property(fc.array(fc.tuple(form, fc.constantFrom(" ", "\n", "|", " = ")), { maxLength: 6 }), (parts) => {
    const t = Buffer.concat(parts.flatMap(([f, sep]) => [f, Buffer.from(sep)]));
    const o = whole(t).o;
    for (const [f] of parts) {
      const s = f.toString("latin1");
      for (let i = 0; i + 12 <= s.length; i++) { const g = s.slice(i, i + 12); if (new Set(g).size > 7 && /\d/.test(g) && !g.includes("s_") && o.includes(g)) throw new Error(`${i} ${g} left in ${o}`); }
    }
  }), { numRuns: RUNS });
}, 600000);
