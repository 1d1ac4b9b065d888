import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type Needle, needlesOf, type Purpose } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { secretBase64 } from "./secret-base64.ts";

function jwt(subject: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${part({ alg: "RS256", kid: "a".repeat(40), typ: "JWT" })}.${part({ iss: "https://issuer.example/id/0123456789abcdef", aud: ["sts.amazonaws.com"], sub: subject })}`;
  return `${head}.${createHmac("sha512", randomBytes(32)).update(head).digest("base64url").repeat(4)}`;
}

/** Whether any window that counts, of any form, stands in the text. */
function isFoundIn(text: string, needles: readonly Needle[]): boolean {
  return needles.some(({ encoded, windows, windowBytes }) => {
    const form = Buffer.from(encoded.bytes).toString("latin1");
    if (!windows) {
      return text.includes(form);
    }
    for (let at = 0; at + windowBytes <= form.length; at++) {
      if (text.includes(form.slice(at, at + windowBytes))) {
        return true;
      }
    }
    return false;
  });
}

function wrapped(text: string, columns: number): string {
  return text.replace(new RegExp(`.{${columns}}`, "g"), "$&\n");
}

const purposes: readonly Purpose[] = ["mask", "scan"];

test("a weak value has no needles", () => {
  for (const purpose of purposes) {
    expect(needlesOf(new Secret("name", "password"), purpose)).toEqual([]);
  }
});

const keys: Readonly<Record<string, () => string>> = {
  "RSA, PKCS#8": () => pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey, "pkcs8"),
  "RSA, PKCS#1": () => pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey, "pkcs1"),
  "P-256, PKCS#8": () => pemOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey, "pkcs8"),
  "P-256, SEC 1": () => pemOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey, "sec1"),
  "P-384, PKCS#8": () => pemOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey, "pkcs8"),
  "Ed25519, PKCS#8": () => pemOf(generateKeyPairSync("ed25519").privateKey, "pkcs8"),
};

function pemOf(key: KeyObject, type: "pkcs8" | "pkcs1" | "sec1"): string {
  return key.export({ type, format: "pem" }).toString();
}

test.each(Object.keys(keys))(
  "a scan does not take one private key for another of its kind, and takes a line for its own: %s",
  (kind) => {
    const [mine, other] = [keys[kind]!(), keys[kind]!()];
    const needles = needlesOf(new Secret("key", mine), "scan");
    expect(isFoundIn(other, needles)).toBe(false);
    expect(isFoundIn(other.replaceAll("\n", "\r\n"), needles)).toBe(false);
    for (const line of secretBase64(mine)) expect(isFoundIn(`x ${line} y`, needles)).toBe(true);
    expect(isFoundIn(mine.trim().split("\n").slice(1, -1).join("\n"), needles)).toBe(true);
  },
);

test.each(purposes)("a %s finds base64 of a value wrapped at 64 and 76 columns", (purpose) => {
  const value = randomBytes(60).toString("base64");
  const text = Buffer.from(`{"auth":"${value}"}`).toString("base64");
  for (const columns of [64, 76]) {
    expect(isFoundIn(wrapped(text, columns), needlesOf(new Secret("name", value), purpose))).toBe(true);
  }
});

test("a scan does not take one token of an issuer for another; it takes a token for itself, wrapped or cut", () => {
  const [mine, other] = [jwt("system:serviceaccount:ci:builder"), jwt("system:serviceaccount:ci:builder")];
  const needles = needlesOf(new Secret("token", mine), "scan");
  for (const text of [
    other,
    Buffer.from(other).toString("base64"),
    wrapped(Buffer.from(other).toString("base64"), 76),
  ]) {
    expect(isFoundIn(text, needles)).toBe(false);
  }
  for (const text of [mine, wrapped(mine, 64), wrapped(Buffer.from(mine).toString("base64"), 76)]) {
    expect(isFoundIn(text, needles)).toBe(true);
  }
});

test("a scan does not take the borders of one private key for another key; it takes half of a key for the key", () => {
  const pem = () =>
    generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const [mine, other] = [pem(), pem()];
  const needles = needlesOf(new Secret("key", mine), "scan");
  const half = mine.split("\n").slice(8).join("\n");
  expect(isFoundIn(other, needles)).toBe(false);
  expect(isFoundIn(Buffer.from(other).toString("base64"), needles)).toBe(false);
  expect(isFoundIn(half, needles)).toBe(true);
  expect(isFoundIn(Buffer.from(half).toString("base64"), needles)).toBe(true);
  expect(isFoundIn(JSON.stringify({ key: mine }), needles)).toBe(true);
});

test("a scan does not take the key names of a credentials file for its values", () => {
  const file = (key: string) =>
    `[default]\naws_access_key_id = AKIA${"X".repeat(16)}\naws_secret_access_key = ${key}\nregion = us-west-2\n`;
  const key = randomBytes(30).toString("base64");
  const needles = needlesOf(new Secret("file", file(key)), "scan");
  expect(isFoundIn("[default]\naws_access_key_id = \naws_secret_access_key = \nregion = us-west-2\n", needles)).toBe(
    false,
  );
  expect(isFoundIn(`export KEY=${key}`, needles)).toBe(true);
});

test("a value of words alone counts as a whole only", () => {
  const needles = needlesOf(new Secret("phrase", "correct horse battery staple and more words"), "scan");
  expect(isFoundIn("the correct horse battery staple", needles)).toBe(false);
  expect(isFoundIn("it is: correct horse battery staple and more words.", needles)).toBe(true);
});

test("every needle has its secret's name, and a window no longer than itself", () => {
  for (const purpose of purposes) {
    for (const needle of needlesOf(new Secret("name", randomBytes(40).toString("hex")), purpose)) {
      expect(needle.name).toBe("name");
      expect(!needle.windows || needle.windowBytes <= needle.encoded.bytes.length).toBe(true);
    }
  }
});
