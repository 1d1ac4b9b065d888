import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Secret } from "../../../src/secret/secret.ts";
import { weaknessOf } from "../../../src/secret/weak.ts";

test.each([
  ["", /empty/],
  ["a", /shorter than 8 bytes/],
  ["s3cr3t!", /shorter than 8 bytes/],
  ["  abc \t \n", /shorter than 8 bytes/],
  ["password", /every log/],
  ["ChangeMe", /every log/],
  ["us-west-2", /every log/],
  ["aaaaaaaaaaaa", /different characters/],
  ["11112222111122", /different characters/],
  ["abcdabcdabcdabcd", /repeats/],
  ["abcdefghijkl", /up or down/],
  ["98765432", /up or down/],
])("%j is not hidden, and it is said why", (value, reason) => {
  expect(weaknessOf(new Secret("name", value))).toMatch(reason);
});

test("a value that is its own name would be printed by the mask itself", () => {
  expect(weaknessOf(new Secret("deploy-token-of-acme", "deploy-token-of-acme"))).toMatch(/own name/);
});

test.each([["correct horse"], ["hunter2hunter"], ["p@ssW0rd!x"], ["8f3a91c0"]])("%j is hidden", (value) => {
  expect(weaknessOf(new Secret("name", value))).toBeUndefined();
});

test("random values are hidden, text or not", () => {
  for (let i = 0; i < 200; i++) {
    expect(weaknessOf(new Secret("name", randomBytes(24)))).toBeUndefined();
    expect(weaknessOf(new Secret("name", randomBytes(16).toString("hex")))).toBeUndefined();
  }
});

const certificate = () =>
  `-----BEGIN CERTIFICATE-----\n${randomBytes(700).toString("base64").replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
const knownHost = () => `git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${randomBytes(33).toString("base64")}`;

test.each([
  ["a certificate", certificate()],
  ["a bundle", `# Acme Root CA\nsubject=CN = Acme Root CA\n${certificate()}${certificate()}`],
  ["known hosts", `${knownHost()}\n# git.example.org:22 SSH-2.0-OpenSSH_9.6\n${knownHost()}\n`],
  [
    "hashed hosts",
    `|1|${randomBytes(20).toString("base64")}|${randomBytes(20).toString("base64")} ${knownHost().replace("git.example.org ", "")}\n`,
  ],
  ["keys that may log in", `restrict,command="echo no" ${knownHost().replace("git.example.org ", "")} Jane Doe\n`],
  ["a bundle as curl has it", `\n##\n## CA certificates\n##\n\nAcme Root CA\n============\n${certificate()}`],
  ["a chain as OpenSSL shows it", `Certificate chain\n 0 s:CN = a.example\n   i:CN = Acme\n${certificate()}---\n`],
  ["a public key", `${knownHost().replace("git.example.org ", "")} ci@acme.example\n`],
])("%s is no secret", (_, value) => {
  expect(weaknessOf(new Secret("name", value))).toMatch(/public keys alone/);
});

test.each([
  [
    "a key beside its certificate",
    `${certificate()}-----BEGIN PRIVATE KEY-----\n${randomBytes(120).toString("base64")}\n-----END PRIVATE KEY-----\n`,
  ],
  ["a password beside it", `${certificate()}password=P3cr3t.Winter\n`],
  [
    "a password of words, in JSON",
    JSON.stringify({ user: "x", password: "correct-horse-battery-staple", ca: certificate() }),
  ],
  ["a password of digits beside it", `DB_PASSWORD=8361947261\nDB_CA="${certificate()}"\n`],
  ["a word in a line of its own", `${certificate()}Sunflower\n`],
  ["a token in a comment", `# ${randomBytes(20).toString("hex")}\n${knownHost()}\n`],
])("%s is hidden", (_, value) => {
  expect(weaknessOf(new Secret("name", value))).toBeUndefined();
});

test("the reason never holds the value", () => {
  for (const value of ["s3cr3t!", "ChangeMe", "abcdabcdabcdabcd", "98765432"]) {
    expect(weaknessOf(new Secret("name", value))).not.toContain(value);
  }
});
