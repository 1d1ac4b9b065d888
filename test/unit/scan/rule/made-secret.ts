import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, randomInt, randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import { base62 } from "../../../../src/scan/rule/judge/checksum.ts";

/** Seconds since 1970, for all that expires in tests. */
export const now = 1_800_000_000;

const lower = "abcdefghijklmnopqrstuvwxyz";
const letters = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${lower}`;
export const alphabet = {
  letters,
  lower,
  alphanumeric: `${letters}0123456789`,
  "upper-digits": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  "lower-digits": `${lower}0123456789`,
  base32: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  base58: "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
  base64: `${letters}0123456789+/`,
  base64url: `${letters}0123456789-_`,
  hex: "0123456789abcdef",
  digits: "0123456789",
  "upper-hex": "0123456789ABCDEF",
  "age-alphabet": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
} as const;

/** So many characters, of which no six are one: that would look made up. */
export function random(characters: string, length: number): string {
  const made = Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
  return /(.)\1{4}/.test(made) ? random(characters, length) : made;
}

/** 40 characters as IAM makes them: all kinds of characters in it. */
export function secretKey(): string {
  return `${random(alphabet.base64, 37)}aZ7`;
}

export function accessKeyId(prefix = "AKIA"): string {
  return prefix + random(alphabet.base32, 20 - prefix.length);
}

export function sessionToken(length = 620): string {
  return `IQoJb3JpZ2luX2Vj${random(alphabet.base64, length)}==`;
}

/** Thirty random characters, and the checksum that fits. */
export function checked(prefix: string): string {
  const body = random(alphabet.alphanumeric, 30);
  return prefix + body + base62(crc32(body));
}

export const githubToken = (prefix = "ghp_") => checked(prefix);
export const npmToken = () => checked("npm_");

export function token(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = { alg: "RS256", typ: "JWT" },
): string {
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const signature = createHmac("sha256", randomBytes(16)).update(parts.join(".")).digest("base64url");
  return [...parts, signature].join(".");
}

/** Made once for a run: each is a real key, and none is used for anything. */
const pairs = new Map<string, KeyObject>();

function pair(kind: "rsa" | "ec" | "ed25519"): KeyObject {
  let key = pairs.get(kind);
  if (key === undefined) {
    if (kind === "rsa") key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    else if (kind === "ec") key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    else key = generateKeyPairSync("ed25519").privateKey;
    pairs.set(kind, key);
  }
  return key;
}

const pems: Readonly<Record<string, () => string>> = {
  pkcs8: () => pair("rsa").export({ type: "pkcs8", format: "pem" }).toString(),
  pkcs1: () => pair("rsa").export({ type: "pkcs1", format: "pem" }).toString(),
  sec1: () => pair("ec").export({ type: "sec1", format: "pem" }).toString(),
  ed25519: () => pair("ed25519").export({ type: "pkcs8", format: "pem" }).toString(),
  encrypted: () =>
    pair("ec").export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: randomUUID() }).toString(),
  "encrypted-old": () =>
    pair("rsa").export({ type: "pkcs1", format: "pem", cipher: "aes-128-cbc", passphrase: randomUUID() }).toString(),
  public: () => publicPem(),
  openssh: () => openssh("none"),
  "openssh-encrypted": () => openssh("aes256-ctr"),
};

function publicPem(): string {
  return generateKeyPairSync("ec", { namedCurve: "P-256" })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();
}

export function pem(kind: string): string {
  return pems[kind]!().trimEnd();
}

/** As ssh-keygen lays it out; its numbers are random. */
function openssh(cipher: string): string {
  const text = (word: string | Buffer): Buffer => {
    const bytes = Buffer.from(word);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const options =
    cipher === "none" ? [text("none"), text("none"), text("")] : [text(cipher), text("bcrypt"), text(randomBytes(24))];
  const key = Buffer.concat([text("ssh-ed25519"), text(randomBytes(32))]);
  const bytes = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...options,
    Buffer.from([0, 0, 0, 1]),
    text(key),
    text(randomBytes(136)),
  ]);
  const lines = bytes.toString("base64").match(/.{1,70}/g)!;
  const label = `OPENSSH ${"PRIVATE"} KEY`;
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join("\n");
}

/** The 64 bytes of a key pair of Solana. */
function wallet(): Buffer {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  return Buffer.concat([seed, publicKey.export({ format: "der", type: "spki" }).subarray(-32)]);
}

export function base58(bytes: Buffer): string {
  let number = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = alphabet.base58[Number(number % 58n)] + text;
  return text;
}

/** An age identity: bech32 of 32 random bytes. BIP 173 has the algorithm. */
function ageKey(): string {
  const digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  const bits = [...randomBytes(32)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const data = bits
    .padEnd(260, "0")
    .match(/.{5}/g)!
    .map((five) => Number.parseInt(five, 2));
  const prefix = "age-secret-key-";
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  const all = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data];
  let sum = 1;
  for (const value of [...all, 0, 0, 0, 0, 0, 0]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].entries()) {
      if ((top >> bit) & 1) sum ^= generator;
    }
  }
  sum ^= 1;
  const checksum = [25, 20, 15, 10, 5, 0].map((shift) => (sum >> shift) & 31);
  return `${prefix}1${[...data, ...checksum].map((value) => digits[value]).join("")}`.toUpperCase();
}

/** The file of a Google service account, as it is downloaded. */
export function serviceAccount(): string {
  return JSON.stringify(
    {
      type: "service_account",
      project_id: `project-${random(alphabet.digits, 6)}`,
      private_key_id: random(alphabet.hex, 40),
      private_key: `${pem("pkcs8")}\n`,
      client_email: "builder@project.iam.gserviceaccount.com",
    },
    undefined,
    2,
  );
}

/** A user's name and a password in base64. */
export function basicAuth(): string {
  return Buffer.from(`builder:${password(20)}`).toString("base64");
}

/** Letters, and digits among them. */
export function password(length: number): string {
  return `${random(alphabet.alphanumeric, length - 6)}k7Q2xZ`;
}

function wireguardKey(): string {
  const bytes = randomBytes(32);
  bytes[0]! &= 248;
  bytes[31] = (bytes[31]! & 127) | 64;
  return bytes.toString("base64");
}

/** A packet as `gpg --export-secret-keys` writes it for an Ed25519 key: RFC 4880, 5.5.3. */
function pgp(usage: number): string {
  const curve = Buffer.from("092b06010401da470f01", "hex");
  const point = Buffer.concat([Buffer.from([0x01, 0x07, 0x40]), randomBytes(32)]);
  const packet = Buffer.concat([
    Buffer.from([4]),
    randomBytes(4),
    Buffer.from([22]),
    curve,
    point,
    Buffer.from([usage]),
    randomBytes(60),
  ]);
  const bytes = Buffer.concat([Buffer.from([0x94 | 1, 0, packet.length]), packet]);
  bytes[0] = 0x95;
  const lines = bytes.toString("base64").match(/.{1,64}/g)!;
  const label = `PGP ${"PRIVATE"} KEY BLOCK`;
  return [`-----BEGIN ${label}-----`, "", ...lines, "=AbCd", `-----END ${label}-----`].join("\n");
}

function puttyFile(cipher: string): string {
  const lines = (count: number) => Array.from({ length: count }, () => random(alphabet.base64, 64));
  return [
    `PuTTY-User-Key-File-3: ssh-rsa`,
    `Encryption: ${cipher}`,
    "Comment: rsa-key",
    "Public-Lines: 6",
    ...lines(6),
    "Private-Lines: 14",
    ...lines(14),
    `Private-MAC: ${random(alphabet.hex, 64)}`,
  ].join("\n");
}

const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
const base64 = (text: string) => Buffer.from(text).toString("base64");

const claims: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  kubernetes: { iss: "https://kubernetes.default.svc", sub: "system:serviceaccount:ci:builder", exp: now + 3600 },
  irsa: {
    aud: ["sts.amazonaws.com"],
    iss: "https://oidc.eks.eu-west-1.amazonaws.com/id/X",
    sub: "system:serviceaccount:ci:b",
    exp: now + 3600,
  },
  github: { iss: "https://token.actions.githubusercontent.com", sub: "repo:a/b", exp: now + 300 },
  expired: { iss: "https://token.actions.githubusercontent.com", sub: "repo:a/b", exp: now - 300 },
  supabase: { iss: "supabase", ref: "abc", role: "service_role", exp: now + 3600 },
  anon: { iss: "supabase", ref: "abc", role: "anon", exp: now + 3600 },
  unknown: { iss: "https://login.corp.internal", sub: "7", exp: now + 3600 },
  shown: { sub: "1234567890", name: "John Doe", iat: 1_516_239_022 },
  sample: { some: "payload" },
  "unknown-expired": { iss: "https://login.corp.internal", sub: "7", exp: now - 3600 },
};

const makers: Readonly<Record<string, (argument: string) => string>> = {
  "aws-id": (prefix) => accessKeyId(prefix || "AKIA"),
  "aws-secret": secretKey,
  "aws-secret-percent": () => encodeURIComponent(`${random(alphabet.base64, 30)}/+a/Z7+x9B`),
  "aws-session": () => sessionToken(),
  github: (prefix) => checked(prefix || "ghp_"),
  "github-installation": () => `ghs_${random(alphabet.digits, 7)}_${token({ iss: "1", exp: now + 60 })}`,
  npm: npmToken,
  jwt: (kind) => token(claims[kind] ?? {}),
  pem,
  "pem-escaped": (kind) => escaped(`${pem(kind)}\n`),
  "pem-base64": (kind) => base64(`${pem(kind)}\n`),
  pgp: (usage) => pgp(Number(usage)),
  putty: puttyFile,
  "service-account-base64": () => base64(serviceAccount()),
  "basic-auth": basicAuth,
  password: (length) => password(Number(length || 20)),
  "password-base64": (length) => base64(password(Number(length))),
  "weak-password": () => "letmein",
  uuid: () => randomUUID(),
  age: ageKey,
  wireguard: wireguardKey,
  "wallet-json": () => JSON.stringify([...wallet()]),
  "wallet-base58": () => base58(wallet()),
  "bytes-json": () => JSON.stringify([...randomBytes(64)]),
  "docker-config-base64": () => base64(JSON.stringify({ auths: { "registry.corp": { auth: basicAuth() } } })),
  // K10, the digest of a certificate, who may join, and a password
  k3s: (role) => `K10${random(alphabet.hex, 64)}::${role || "server"}:${random(alphabet.hex, 32)}`,
  "nx-cloud": () => base64(`${randomUUID()}|read-write`),
  "grafana-api-key": () => base64(JSON.stringify({ k: random(alphabet.alphanumeric, 32), n: "ci", id: 1 })),
  "bedrock-short": () =>
    `bedrock-api-key-${base64(`bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Signature=${random(alphabet.hex, 300)}`)}`,
  intercom: () => base64(`tok:${randomUUID().replaceAll("-", "_")}:1:0`),
  jwk: () => JSON.stringify(pair("ec").export({ format: "jwk" })),
};

/** A made value of a kind, as fixtures name them: `hex-32`, `github:ghs_`, `jwt:irsa`. */
export function made(kind: string): string {
  const [name = "", argument = ""] = kind.split(":");
  const maker = makers[name];
  if (maker !== undefined) return maker(argument);
  const [, characters = "", length = ""] = /^([a-z\d-]+?)-(\d+)$/.exec(name) ?? [];
  const set = (alphabet as Readonly<Record<string, string>>)[characters];
  if (set === undefined) throw new Error(`there is no kind of value ${kind}`);
  return random(set, Number(length));
}
