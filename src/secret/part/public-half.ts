/** What of a private key its public key, or its certificate, holds as well: an image may have those. */
import { createPrivateKey } from "node:crypto";
import { blank, blanked, decodedWith, type Rare, replacedIn } from "./blank.ts";
import { publicPackets } from "./open-pgp.ts";
import { publicFields } from "./open-ssh.ts";
import type { Range } from "./range.ts";

/** With the kind of key, its base64; one with headers (RFC 1421) is encrypted, and nothing of it public. */
const key: Rare = {
  sign: "PRIVATE KEY-----",
  pattern: /(?<=-----BEGIN ((?:[A-Z\d]{1,20} ){0,2}PRIVATE KEY)-----)[A-Za-z\d+/=\s]+(?=-----END \1-----)/g,
};
/** The base64 of an OpenPGP key, without headers and checksum (RFC 9580, 6.2). */
const openPgpKey: Rare = {
  sign: "PRIVATE KEY BLOCK-----",
  pattern:
    /(?<=-----BEGIN PGP PRIVATE KEY BLOCK-----\s{1,80}(?:[A-Z][A-Za-z]{1,20}: [^\n]{0,200}\n\s{0,80}){0,5})(?![A-Z][A-Za-z]{1,20}: )[A-Za-z\d+/=\s]+?(?=(?:\s=[A-Za-z\d+/]{4})?\s{1,80}-----END)/g,
};
/** What is public of a JSON Web Key (RFC 7517, 4; RFC 7518, 6.2 and 6.3), in a text that has one. */
const jsonWebKeyPart = /(?<="(?:n|e|x|y|kid|x5c|x5t|x5t#S256)\\*"\s{0,5}:\s{0,5}\[?\s{0,5}\\*")[\w+/=-]{1,16384}/g;
/** As .NET writes an RSA key (W3C XML Signature, 4.5.2.2). */
const xmlKeyPart: Rare = { sign: "<", pattern: /(?<=<(?:Modulus|Exponent)>)[^<]{1,4096}/g };

/** The base64 of a key without borders, as it begins in DER: a sequence of more than 255 bytes, or of more than 127. */
const bareKey = /(?<![\w+/-])M[A-P][A-Za-z\d+/]{60,}={0,2}(?![\w+/=-])/g;

/** A text of bytes with blanks for what of the private keys in it is public. */
export function withoutPublicHalves(text: string): string {
  const framed = replacedIn(text, key, (body, kind = "") =>
    decodedWith(body, (der) => blankedAt(der, publicIn(kind, bytesOf(der)))),
  );
  const bare = framed.replace(bareKey, (body) => decodedWith(body, (der) => blankedAt(der, publicInDer(bytesOf(der)))));
  const openPgp = replacedIn(bare, openPgpKey, (body) =>
    decodedWith(body, (packets) => blankedAt(packets, publicPackets(bytesOf(packets)))),
  );
  const left = replacedIn(openPgp, xmlKeyPart, blanked);
  return /"kty\\*"/.test(left) ? left.replace(jsonWebKeyPart, blanked) : left;
}

/** What of the bytes of a private key is public; nothing of what is none. */
export function publicInDer(der: Buffer): Range[] {
  // a sequence that goes to the end
  if (der[0] !== 0x30 || !isLengthOfRest(der)) return [];
  for (const kind of Object.keys(types)) {
    const found = aroundSecret(kind, der);
    if (found.length > 0) return found;
  }
  return [];
}

function isLengthOfRest(der: Buffer): boolean {
  const first = der[1] ?? 0;
  if (first < 0x80) return first + 2 === der.byteLength;
  const count = first & 0x7f;
  return count > 0 && count < 4 && der.byteLength > 4 && der.readUIntBE(2, count) + 2 + count === der.byteLength;
}

function publicIn(kind: string, bytes: Buffer): Range[] {
  if (kind !== "OPENSSH PRIVATE KEY") return aroundSecret(kind, bytes);
  const fields = publicFields(bytes).filter(({ byteLength }) => byteLength >= shortestShared);
  return fields.flatMap((field) => occurrencesOf(field, bytes));
}

/** The coordinate of a point of 25519 has as many; what is shorter names a curve. */
const shortestShared = 32;

const types: Readonly<Record<string, "pkcs1" | "pkcs8" | "sec1">> = {
  "RSA PRIVATE KEY": "pkcs1",
  "EC PRIVATE KEY": "sec1",
  "PRIVATE KEY": "pkcs8",
};

/** What goes before the private numbers of a key, and after them: what kind of key it is, the modulus, the point. */
function aroundSecret(kind: string, der: Buffer): Range[] {
  const numbers = privateNumbers(kind, der)
    .map((number) => ({ start: der.indexOf(number), bytes: number.byteLength }))
    .filter(({ start }) => start !== -1);
  if (numbers.length === 0) return [];
  const start = Math.min(...numbers.map((number) => number.start));
  const end = Math.max(...numbers.map((number) => number.start + number.bytes));
  return [
    { start: 0, end: start },
    { start: end, end: der.byteLength },
  ];
}

/** RFC 7518, 6.2.2 and 6.3.2. None of what is no key, or of a kind that has no JSON Web Key. */
function privateNumbers(kind: string, der: Buffer): Buffer[] {
  const type = types[kind];
  if (type === undefined) return [];
  try {
    const { d, p, q, dp, dq, qi } = createPrivateKey({ key: der, format: "der", type }).export({ format: "jwk" });
    return [d, p, q, dp, dq, qi].flatMap((number) => (number === undefined ? [] : [Buffer.from(number, "base64url")]));
  } catch {
    return [];
  }
}

function occurrencesOf(part: Buffer, bytes: Buffer): Range[] {
  const found: Range[] = [];
  for (let start = bytes.indexOf(part); start !== -1; start = bytes.indexOf(part, start + part.byteLength)) {
    found.push({ start, end: start + part.byteLength });
  }
  return found;
}

function blankedAt(text: string, ranges: readonly Range[]): string {
  const chars = text.split("");
  for (const { start, end } of ranges) chars.fill(blank, start, end);
  return chars.join("");
}

const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
