import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createHolder } from "../../../../src/secret/held-by.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { needlesOf } from "../../../../src/secret/needle.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import { secretBase64 } from "../secret-base64.ts";

type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

const pairs: Readonly<Record<string, () => Pair>> = {
  "RSA 2048": () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  "RSA 3072": () => generateKeyPairSync("rsa", { modulusLength: 3072 }),
  "P-256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "P-384": () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  "P-521": () => generateKeyPairSync("ec", { namedCurve: "P-521" }),
  secp256k1: () => generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
  Ed25519: () => generateKeyPairSync("ed25519"),
};

type Written = readonly [name: string, of: string, type: "pkcs8" | "pkcs1" | "sec1"];

const written: readonly Written[] = Object.keys(pairs).flatMap((of): Written[] => {
  const own = of.startsWith("RSA") ? ("pkcs1" as const) : of === "Ed25519" ? undefined : ("sec1" as const);
  return [[`${of}, PKCS#8`, of, "pkcs8"], ...(own === undefined ? [] : [[`${of}, its own form`, of, own] as const])];
});

/** How a file may stand in another. */
const forms: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "with CRLF": (text) => text.replaceAll("\n", "\r\n"),
  "in JSON": (text) => JSON.stringify({ key: text }),
  "in JSON in JSON": (text) => JSON.stringify(JSON.stringify({ key: text })),
  indented: (text) => `key: |\n${text.replaceAll(/^/gm, "  ")}`,
  "in base64": (text) => Buffer.from(text).toString("base64"),
};

describe.each(written)("a private key (%s)", (_, of, type) => {
  const { privateKey, publicKey } = pairs[of]!();
  const pem = privateKey.export({ type, format: "pem" }).toString();
  const types = publicKey.asymmetricKeyType === "rsa" ? (["spki", "pkcs1"] as const) : (["spki"] as const);
  const publics = [
    ...types.map((form) => publicKey.export({ type: form, format: "pem" }).toString()),
    JSON.stringify({ keys: [publicKey.export({ format: "jwk" })] }),
    publicKey.export({ type: "spki", format: "der" }).toString("latin1"),
    publicKey.export({ type: "spki", format: "der" }).toString("hex"),
  ];

  test.each(Object.entries(forms))("%s, is not in its public key, in no form of that", (_form, form) => {
    const holder = createHolder([new Secret("key", form(pem))]);
    for (const one of publics) {
      expect(Object.values(forms).map((other) => holder(other(one)))).toEqual(Object.keys(forms).map(() => undefined));
    }
  });

  test.each(Object.entries(forms))("%s, is found by each line of what is secret in it", (_form, form) => {
    const value = form(pem);
    const holder = createHolder([new Secret("key", value)]);
    expect(holder(`x ${value} y`)).toBe("key");
    const isPacked = value === Buffer.from(pem).toString("base64");
    for (const line of secretBase64(pem)) {
      const at = pem.indexOf(line);
      const stands = isPacked ? value.slice(Math.ceil((at * 8) / 6), Math.floor(((at + line.length) * 8) / 6)) : line;
      expect(holder(`x ${stands} y`)).toBe("key");
    }
  });
});

/** Whether a secret is in these bytes. */
function isIn(secret: string | Uint8Array, bytes: string | Uint8Array): boolean {
  const mask = createMask("scan");
  mask.add(new Secret("key", secret));
  const stream = mask.stream();
  stream.push(Buffer.from(bytes as string));
  stream.end();
  return stream.hits().length > 0;
}

test.each(written)("a private key (%s) without borders is in no other, nor in its public one", (_, of, type) => {
  const [mine, other] = [pairs[of]!(), pairs[of]!()];
  const der = mine.privateKey.export({ type, format: "der" });
  const pem = mine.privateKey.export({ type, format: "pem" }).toString();
  const others = [
    mine.publicKey.export({ type: "spki", format: "pem" }).toString(),
    mine.publicKey.export({ type: "spki", format: "der" }),
    other.privateKey.export({ type, format: "pem" }).toString(),
    other.privateKey.export({ type, format: "der" }).toString("base64"),
    other.privateKey.export({ type, format: "der" }),
  ];
  for (const value of [der.toString("base64"), `JWT_PRIVATE_KEY=${der.toString("base64")}\nPORT=1\n`, der]) {
    expect(others.map((bytes) => isIn(value, bytes))).toEqual(others.map(() => false));
    expect(isIn(value, value)).toBe(true);
  }
  const { d } = mine.privateKey.export({ format: "jwk" });
  const number = Buffer.from(d!, "base64url");
  const needles = needlesOf(new Secret("key", der), "scan");
  expect(needles.some(({ encoded, windows }) => windows && Buffer.from(encoded.bytes).includes(number))).toBe(true);
  for (const line of secretBase64(pem)) {
    expect(isIn(der.toString("base64"), `x ${line} y`)).toBe(true);
  }
});

test("a key in bytes may end in any byte", () => {
  for (let i = 0; i < 60; i++) {
    const { privateKey, publicKey } = pairs["P-256"]!();
    const der = privateKey.export({ type: "pkcs8", format: "der" });
    expect(isIn(der, publicKey.export({ type: "spki", format: "der" }))).toBe(false);
  }
});

test("a JSON Web Key is not in its public key, and is found by its private number", () => {
  for (const make of Object.values(pairs)) {
    const { privateKey, publicKey } = make();
    const key = { ...privateKey.export({ format: "jwk" }), kid: randomBytes(20).toString("hex") };
    const shown = { ...publicKey.export({ format: "jwk" }), kid: key.kid };
    for (const form of [
      JSON.stringify({ keys: [key] }),
      JSON.stringify(key, null, 2),
      JSON.stringify(JSON.stringify(key)),
    ]) {
      const holder = createHolder([new Secret("key", form)]);
      expect(holder(JSON.stringify({ keys: [shown] }))).toBeUndefined();
      expect(holder(Buffer.from(JSON.stringify({ keys: [shown] })).toString("base64"))).toBeUndefined();
      expect(holder(publicKey.export({ type: "spki", format: "pem" }).toString())).toBeUndefined();
      expect(holder(`x ${key.d!.slice(4, 40)} y`)).toBe("key");
    }
  }
});

/** A string after its length in four bytes, as SSH has them. */
const field = (bytes: string | Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(bytes));
  return Buffer.concat([length, Buffer.from(bytes)]);
};

/** What ssh-keygen writes, without and with a password (PROTOCOL.key of OpenSSH). */
function openSsh(publicFields: readonly Buffer[], privateFields: readonly Buffer[], isEncrypted: boolean): string {
  const kind = isEncrypted
    ? [field("aes256-ctr"), field("bcrypt"), field(Buffer.concat([field(randomBytes(16)), Buffer.from([0, 0, 0, 16])]))]
    : [field("none"), field("none"), field("")];
  const check = randomBytes(4);
  const inside = Buffer.concat([check, check, ...privateFields, field("ci@acme.example"), Buffer.from([1, 2, 3])]);
  const sealed = isEncrypted ? randomBytes(inside.byteLength) : inside;
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    ...kind,
    Buffer.from([0, 0, 0, 1]),
    field(Buffer.concat(publicFields)),
    field(sealed),
  ]);
  const lines = file.toString("base64").replaceAll(/.{70}/g, "$&\n");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

const number = (value: string) => field(Buffer.concat([Buffer.from([0]), Buffer.from(value, "base64url")]));

const sshKeys: Readonly<Record<string, () => readonly [publics: readonly Buffer[], secrets: readonly Buffer[]]>> = {
  RSA() {
    const { n, e, d, p, q, qi } = pairs["RSA 3072"]!().privateKey.export({ format: "jwk" });
    const [name, modulus, exponent] = [field("ssh-rsa"), number(n!), field(Buffer.from(e!, "base64url"))];
    return [
      [name, exponent, modulus],
      [name, modulus, exponent, number(d!), number(qi!), number(p!), number(q!)],
    ];
  },
  Ed25519() {
    const { x, d } = pairs["Ed25519"]!().privateKey.export({ format: "jwk" });
    const point = Buffer.from(x!, "base64url");
    const [name, key] = [field("ssh-ed25519"), field(point)];
    return [
      [name, key],
      [name, key, field(Buffer.concat([Buffer.from(d!, "base64url"), point]))],
    ];
  },
  ECDSA() {
    const { x, y, d } = pairs["P-256"]!().privateKey.export({ format: "jwk" });
    const point = Buffer.concat([Buffer.from([4]), Buffer.from(x!, "base64url"), Buffer.from(y!, "base64url")]);
    const key = [field("ecdsa-sha2-nistp256"), field("nistp256"), field(point)];
    return [key, [...key, number(d!)]];
  },
};

test.each(Object.keys(sshKeys))(
  "a key of OpenSSH (%s) is not in its .pub, nor in another key with the same",
  (kind) => {
    const [publics, secrets] = sshKeys[kind]!();
    const shown = `${publics[0]!.subarray(4)} ${Buffer.concat(publics).toString("base64")} ci@acme.example\n`;
    for (const isEncrypted of [false, true]) {
      const pem = openSsh(publics, secrets, isEncrypted);
      for (const form of Object.values(forms)) {
        const holder = createHolder([new Secret("key", form(pem))]);
        expect(Object.values(forms).map((other) => holder(other(shown)))).toEqual(
          Object.keys(forms).map(() => undefined),
        );
      }
      const holder = createHolder([new Secret("key", pem)]);
      expect(holder(openSsh(publics, [randomBytes(200)], true))).toBeUndefined();
      expect(holder(pem.split("\n").slice(-6).join("\n"))).toBe("key");
    }
  },
);

/** A packet of OpenPGP with a length of two bytes, in the old form or in the new one (RFC 9580, 4.2). */
function packet(tag: number, body: Buffer, isOld: boolean): Buffer {
  const { byteLength } = body;
  const head = isOld
    ? [0x80 | (tag << 2) | 1, byteLength >> 8, byteLength & 255]
    : [0xc0 | tag, 192 + ((byteLength - 192) >> 8), (byteLength - 192) & 255];
  return Buffer.concat([Buffer.from(head), body]);
}

const multi = (value: Buffer) => {
  const bits = value.byteLength * 8 - Math.clz32(value[0]!) + 24;
  return Buffer.concat([Buffer.from([bits >> 8, bits & 255]), value]);
};

test.each([true, false])("a key of OpenPGP is not in its public one (packets in the old form: %s)", (isOld) => {
  const { n, e, d, p, q, qi } = pairs["RSA 2048"]!().privateKey.export({ format: "jwk" });
  const of = (value: string | undefined) => multi(Buffer.from(value!, "base64url"));
  const key = Buffer.concat([Buffer.from([4, ...randomBytes(4), 1]), of(n), of(e)]);
  const secret = Buffer.concat([key, Buffer.from([0]), of(d), of(p), of(q), of(qi), Buffer.from([1, 2])]);
  const others = [
    packet(13, Buffer.from(`CI of Acme <ci@acme.example>${"!".repeat(200)}`), isOld),
    packet(2, randomBytes(300), isOld),
  ];
  const armor = (kind: string, packets: readonly Buffer[], header: string) =>
    `-----BEGIN PGP ${kind} KEY BLOCK-----\n${header}\n${Buffer.concat(packets).toString("base64").replaceAll(/.{64}/g, "$&\n")}\n=aB3d\n-----END PGP ${kind} KEY BLOCK-----\n`;
  const shown = armor("PUBLIC", [packet(6, key, isOld), ...others], "");
  for (const header of ["", "Version: GnuPG v2\nComment: build-key\n"]) {
    const mine = armor("PRIVATE", [packet(5, secret, isOld), ...others], header);
    for (const form of Object.values(forms)) {
      const holder = createHolder([new Secret("key", form(mine))]);
      expect(Object.values(forms).map((other) => holder(other(shown)))).toEqual(
        Object.keys(forms).map(() => undefined),
      );
    }
    const holder = createHolder([new Secret("key", mine)]);
    expect(holder(shown.replaceAll(/-----.*-----/g, ""))).toBeUndefined();
    const inside = mine.split("\n").slice(header === "" ? 9 : 11, -16);
    expect(inside.map((line) => holder(line))).toEqual(inside.map(() => "key"));
  }
});

test("a file of a certificate and its key is not in the certificate", () => {
  const { privateKey } = pairs["RSA 2048"]!();
  const key = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const certificate = `-----BEGIN CERTIFICATE-----\n${randomBytes(800).toString("base64").replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
  const holder = createHolder([new Secret("tls", certificate + key)]);
  expect(holder(certificate)).toBeUndefined();
  expect(holder(Buffer.from(certificate).toString("base64"))).toBeUndefined();
  expect(holder(key.split("\n").slice(9, 12).join("\n"))).toBe("tls");
});
