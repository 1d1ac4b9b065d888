import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { privateKey } from "../../../../src/scan/rule/private-key.ts";
import { found } from "./found.ts";

const cipher = { cipher: "aes-256-cbc", passphrase: "correct horse" };
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pkcs1 = rsa.export({ type: "pkcs1", format: "pem" }) as string;
const pkcs8 = rsa.export({ type: "pkcs8", format: "pem" }) as string;
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
  type: "sec1",
  format: "pem",
}) as string;
const ed25519 = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const body = Buffer.concat([
  Buffer.from("openssh-key-v1\0\0\0\0\u0004none", "latin1"),
  Buffer.from(pkcs1.slice(40, 400)),
]);
const openSsh = `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString("base64").replace(/(.{70})/g, "$1\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;

describe("private-key", () => {
  test.each([
    ["PKCS#1", pkcs1],
    ["PKCS#8", pkcs8],
    ["EC", elliptic],
    ["Ed25519", ed25519],
    ["OpenSSH", openSsh],
    ["CRLF", pkcs8.replaceAll("\n", "\r\n")],
    ["JSON", JSON.stringify({ private_key: pkcs8 })],
    [
      "C",
      pkcs8
        .split("\n")
        .map((line) => `  "${line}\\n"`)
        .join("\n"),
    ],
    ["YAML", pkcs8.replaceAll("\n", "\n    ")],
    [
      "JavaScript",
      pkcs8
        .trimEnd()
        .split("\n")
        .map((line) => `'${line}\\n'`)
        .join("\n  + "),
    ],
    ["one line of a variable", `KEY="${pkcs8.replaceAll("\n", "\\n")}"`],
  ])("finds a key in the form %s, once", (_, pem) => {
    expect(found(privateKey, `before\n${pem}after\n`)).toMatchObject([{ severity: "error", what: "a private key" }]);
  });

  test("one in a comment is a warning, one after a comment is an error", () => {
    const spelt = pkcs8.replaceAll("\n", "\\n");
    for (const line of [`       *     '${spelt}',`, `// key = "${spelt}"`, ` * ${spelt}`])
      expect(found(privateKey, `/**\n${line}\n`), line).toMatchObject([{ severity: "warning" }]);
    for (const line of [`key = "${spelt}" // ours`, `// ours\nkey = "${spelt}"`, `a * "${spelt}"`])
      expect(found(privateKey, `\n${line}\n`), line).toMatchObject([{ severity: "error" }]);
  });

  test("passes over the key by which ssh2 tries what Node can do, in one piece and in two", () => {
    const halves = ["MC4CAQAwBQYDK2VwBCIEIHKj+sVa9WcD", "/q2DJUJaf43Kptc8xYuUQA4bOFj9vC8T"];
    for (const between of ["", "'\n      + '", '" + "'])
      for (const other of [halves, halves.toReversed()]) {
        const text = `'-----BEGIN PRIVATE KEY-----\\r\\n${other.join(between)}\\r\\n-----END PRIVATE KEY-----'`;
        expect(found(privateKey, text), text).toHaveLength(other === halves ? 0 : 1);
      }
  });

  test("passes over a body with a long run of zero bytes", () => {
    const lines = pkcs8.split("\n");
    for (const [zeros, count] of [
      [24, 0],
      [12, 1],
    ] as const) {
      const text = [...lines.slice(0, 3), "A".repeat(zeros), ...lines.slice(3)].join("\n");
      expect(found(privateKey, text)).toHaveLength(count);
    }
  });

  test("an encrypted one is a warning", () => {
    const encrypted = rsa.export({ type: "pkcs8", format: "pem", ...cipher }) as string;
    const legacy = rsa.export({ type: "pkcs1", format: "pem", ...cipher }) as string;
    const inOpenSsh = openSsh.replace(
      /\n.*\n/,
      `\n${Buffer.from("openssh-key-v1\0\0\0\0\naes256-ctr and the rest of it, much of it", "latin1").toString("base64")}\n`,
    );
    for (const pem of [encrypted, legacy, inOpenSsh])
      expect(found(privateKey, pem)).toMatchObject([{ severity: "warning" }]);
  });

  test("one in a folder of tests is a warning, one that is compiled into a program is told as such", () => {
    expect(found(privateKey, pkcs8, "srv/app/test/key.pem")).toMatchObject([{ severity: "warning" }]);
    expect(found(privateKey, pkcs8, "usr/lib/python3/test/certdata/key.pem")).toMatchObject([{ severity: "info" }]);
    expect(found(privateKey, `\0${pkcs8}\0`)).toMatchObject([
      { severity: "info", what: expect.stringContaining("compiled") },
    ]);
  });

  test("one in a program's own file is told as compiled in", () => {
    for (const path of [
      "io/netty/handler/ssl/OpenSsl.class",
      "usr/lib/libx.so.3.1",
      "a/__pycache__/b.cpython-312.pyc",
    ]) {
      expect(found(privateKey, pkcs8, path)).toMatchObject([{ severity: "info" }]);
    }
    expect(found(privateKey, pkcs8, "etc/solid.class.key")).toMatchObject([{ severity: "error" }]);
  });

  test("passes over borders without a key, certificates and public keys", () => {
    for (const text of [
      "-----BEGIN RSA PRIVATE KEY-----\0-----END RSA PRIVATE KEY-----\0-----BEGIN PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
      `-----BEGIN PRIVATE KEY-----\n${"A".repeat(64)}\n-----END PRIVATE KEY-----`,
      pkcs8.replaceAll("PRIVATE", "PUBLIC"),
      "expected PRIVATE KEY----- here",
    ]) {
      expect(found(privateKey, text)).toEqual([]);
    }
  });

  test("shows only a length", () => {
    expect(found(privateKey, ed25519)[0]!.redacted).toBe("64 characters, not shown");
  });
});
