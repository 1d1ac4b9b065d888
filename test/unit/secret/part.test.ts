// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the variables of committed files
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encodingsOf } from "../../../src/secret/encoding.ts";
import { createHolder } from "../../../src/secret/held-by.ts";
import { type Needle, needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { secretBase64 } from "./secret-base64.ts";

const random = (bytes = 20) => `9x${randomBytes(bytes).toString("hex")}Zq`;
const pemOf = () =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const basic = (user: string, word: string) => Buffer.from(`${user}:${word}`).toString("base64");

const account = (key: string, id: string) => ({
  type: "service_account",
  project_id: "acme-prod",
  private_key_id: id,
  private_key: key,
  client_email: "ci@acme-prod.iam.gserviceaccount.com",
  client_id: "123456789012345678901",
  auth_uri: "https://accounts.google.com/o/oauth2/auth",
  token_uri: "https://oauth2.googleapis.com/token",
  auth_provider_x509_cert_url: "https://www.googleapis.com/oauth2/v1/certs",
  client_x509_cert_url: "https://www.googleapis.com/robot/v1/metadata/x509/ci%40acme-prod.iam.gserviceaccount.com",
  universe_domain: "googleapis.com",
});

const xml = `<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://maven.apache.org/SETTINGS/1.2.0 https://maven.apache.org/xsd/settings-1.2.0.xsd">`;

/** What consumers take as a file, in a line or in several, and what is random in it. */
const files: Readonly<Record<string, (word: string) => string>> = {
  "a service account, in one line": (word) => JSON.stringify(account(pemOf(), word)),
  "a service account": (word) => `${JSON.stringify(account(pemOf(), word), null, 2)}\n`,
  "a service account in JSON": (word) => JSON.stringify({ key: JSON.stringify(account(pemOf(), word)) }),
  "Cargo's configuration": (word) =>
    `[registries.acme]\ntoken = "${word}"\n[target.x86_64-unknown-linux-gnu]\nlinker = "x86_64-linux-gnu-gcc"\n`,
  "a .env with a browser's name": (word) =>
    `API_TOKEN=${word}\nUSER_AGENT="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"\n`,
  "an Android project's gradle.properties": (word) => `acmePassword=${word}\nandroid.useAndroidX=true\n`,
  ".npmrc, in one line": (word) => `//npm.example.org/:_authToken=npm_${word}\n`,
  ".npmrc": (word) =>
    `registry=https://npm.example.org/\n//npm.example.org/:_authToken=npm_${word}\nalways-auth=true\n`,
  ".npmrc with a scope": (word) =>
    `@acme:registry=https://npm.pkg.example.com\n//npm.pkg.example.com/:_authToken=${word}\n`,
  "docker's config.json": (word) =>
    JSON.stringify({ auths: { "https://index.docker.io/v1/": { auth: word } } }, null, "\t"),
  "docker's config.json, in one line": (word) =>
    JSON.stringify({ auths: { "https://index.docker.io/v1/": { auth: word } } }),
  "pip.conf": (word) =>
    `[global]\nindex-url = https://ci:${word}@pypi.acme.example/simple\nextra-index-url = https://pypi.example.org/simple\ntrusted-host = files.pypi.example.org\n`,
  kubeconfig: (word) =>
    `apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: https://ABCDEF0123.gr7.us-east-1.eks.amazonaws.com\nusers:\n- name: u\n  user:\n    token: ${word}\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      command: aws\n`,
  "settings.xml": (word) =>
    `${xml}\n<server><id>x</id><username>ci</username><password>${word}</password></server>\n</settings>\n`,
  "settings.xml, in one line": (word) => `${xml}<server><id>x</id><password>${word}</password></server></settings>`,
  ".pypirc": (word) =>
    `[distutils]\nindex-servers = pypi\n[pypi]\nrepository = https://upload.pypi.example.org/legacy/\nusername = __token__\npassword = ${word}\n`,
  "AWS credentials": (word) =>
    `[default]\naws_access_key_id = AKIA${randomBytes(8).toString("hex").toUpperCase()}\naws_secret_access_key = ${word}\nregion = us-east-1\n`,
  "NuGet.Config": (word) =>
    `<configuration>\n <packageSources>\n  <add key="nuget.org" value="https://api.nuget.example.org/v3/index.json" protocolVersion="3" />\n </packageSources>\n <packageSourceCredentials><acme><add key="ClearTextPassword" value="${word}" /></acme></packageSourceCredentials>\n</configuration>\n`,
  ".git-credentials": (word) => `https://x-access-token:ghp_${word}@github.com\n`,
  ".netrc": (word) => `machine k8s.acme.io login ci password ${word}\n`,
  ".env": (word) =>
    `NODE_ENV=production\nDATABASE_URL=postgres://app:${word}@db.internal:5432/app?sslmode=require\nAPI_BASE=https://api.stripe.com/v1/payment_intents\n`,
  "a connection in one line": (word) =>
    `DefaultEndpointsProtocol=https;AccountName=acme1;AccountKey=${word};EndpointSuffix=core.windows.net`,
  "a header": (word) => `Authorization: Bearer ${word}`,
  "a hook": (word) => `https://hooks.slack.com/services/oauth2/v1/${word}`,
  "a token of PyPI": (word) => `pypi-AgEIcHlwaS5vcmcCJD${word}`,
};

/** A key's beginning, which is the longest that keys have in common. */
const beginOf = (key: string) => key.slice(0, 300);

/** What stands in images that have nothing of it. */
const texts: Readonly<Record<string, string>> = {
  "google-auth": `X = "https://oauth2.googleapis.com/token"\n_CERTS = "https://www.googleapis.com/oauth2/v1/certs"\n"https://accounts.google.com/o/oauth2/auth"`,
  "another service account": JSON.stringify({
    ...account(beginOf(pemOf()), random()),
    client_email: "x",
    client_x509_cert_url: "x",
  }),
  "another service account in JSON": JSON.stringify(
    JSON.stringify({ ...account(beginOf(pemOf()), random()), project_id: "p" }),
  ),
  "a compiler": "/usr/bin/x86_64-linux-gnu-gcc -> x86_64-linux-gnu-gcc-12",
  "a browser": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)",
  "a project's settings": "android.useAndroidX=true\nandroid.enableJetifier=true\n",
  "npm's page": "; good config\n//npm.example.org/:_authToken=MYTOKEN\n@myorg:registry=https://npm.example.org/\n",
  "a committed .npmrc": "//npm.example.org/:_authToken=${NPM_TOKEN}\n",
  "a committed .npmrc with a scope":
    "@acme:registry=https://npm.pkg.example.com\n//npm.pkg.example.com/:_authToken=${NODE_AUTH_TOKEN}\n",
  "docker's own address": 'IndexServer = "https://index.docker.io/v1/"',
  "another config.json": JSON.stringify({ auths: { "https://index.docker.io/v1/": { auth: basic("me", random(4)) } } }),
  indexes:
    "https://files.pypi.example.org/packages https://pypi.example.org/simple https://upload.pypi.example.org/legacy/",
  "a cluster's types": "apiVersion: client.authentication.k8s.io/v1beta1\ncertificate-authority-data\n",
  "a schema": xml,
  "another's NuGet.Config":
    '<add key="nuget.org" value="https://api.nuget.example.org/v3/index.json" protocolVersion="3" />',
  "an interface": '"https://api.stripe.com/v1/payment_intents"',
  "an address without its token": "https://x-access-token:${TOKEN}@github.com",
  "a connection's names": "DefaultEndpointsProtocol=https;AccountName=;AccountKey=;EndpointSuffix=core.windows.net",
  "names of settings": "[default]\naws_access_key_id = \naws_secret_access_key = \nregion = us-east-1\n",
  "headers' names": "Authorization: Bearer ",
  "another token of PyPI": `pypi-AgEIcHlwaS5vcmcCJD${random()}`,
};

describe.each(Object.entries(files))("a secret that is %s", (_, write) => {
  const word = random();
  const value = write(word);
  const holder = createHolder([new Secret("it", value)]);

  test.each(Object.entries(texts))("is not taken to be in %s, in no encoding", (_name, text) => {
    const written = encodingsOf(Buffer.from(text)).filter(({ bytes }) => holder(latin(bytes)) !== undefined);
    expect(written.map(({ encoding, variant }) => `${encoding}, ${variant}`)).toEqual([]);
  });

  test("is found by the whole, and by 24 characters of what is random in it, in each encoding", () => {
    const needles = needlesOf(new Secret("it", value), "scan");
    expect(isFoundIn(value, needles)).toBe(true);
    for (const { bytes, spread, encoding, variant } of encodingsOf(Buffer.from(word))) {
      const length = Math.max(24, 12 * spread);
      const form = Buffer.from(bytes).toString("latin1");
      const missed = positions(form.length - length).filter((at) => !isFoundIn(form.slice(at, at + length), needles));
      expect({ encoding, variant, missed }).toEqual({ encoding, variant, missed: [] });
    }
  });
});

test.each([
  ["as it is", (key: string) => key],
  ["in one line of JSON", (key: string) => JSON.stringify({ private_key: key, type: "x" })],
  ["with CRLF", (key: string) => key.replaceAll("\n", "\r\n")],
  ["indented", (key: string) => `key: |\n${key.replaceAll(/^/gm, "    ")}`],
])("a key is one part over its lines, to its last character: %s", (_, write) => {
  const key = pemOf();
  const value = write(key);
  const needles = needlesOf(new Secret("key", value), "scan");
  const body = value.slice(value.indexOf(secretBase64(key)[0]!), value.indexOf("-----END"));
  const inside = body.replace(/(?:\s|\\n)+$/, "");
  const ends = positions(inside.length - 24);
  const missed = ends.filter(
    (at) => !isFoundIn(inside.slice(at, at + 24), needles) && /^\S+$/.test(inside.slice(at, at + 24)),
  );
  expect(missed).toEqual([]);
  expect(isFoundIn(write(pemOf()), needles)).toBe(false);
  expect(isFoundIn(Buffer.from(pemOf()).toString("base64"), needles)).toBe(false);
});

test.each([
  ["user=ci\npassword=P3cr3t.Winter\n", "password=P3cr3t.Winter"],
  ["user: ci\npassword: S0mmer.2024x\n", "password: S0mmer.2024x"],
  ["'P3cr3t.Winter'\n'Oth3r.Pass9'\n", "P3cr3t.Winter"],
])("a made-up password in a file of several lines is searched for in its line", (value, text) => {
  expect(isFoundIn(`x ${text} y`, needlesOf(new Secret("login", value), "scan"))).toBe(true);
});

test("a large bundle of certificates is no secret in any of them", () => {
  const certificates = Array.from(
    { length: 60 },
    () => `-----BEGIN CERTIFICATE-----\n${randomBytes(1200).toString("base64")}\n-----END CERTIFICATE-----\n`,
  );
  const needles = needlesOf(new Secret("ca", certificates.join("")), "scan");
  expect(isFoundIn(certificates[7]!, needles)).toBe(false);
});

test("keys and certificates in base64 are not taken for others of their kind", () => {
  const certificate = `-----BEGIN CERTIFICATE-----\n${randomBytes(600).toString("base64")}\n-----END CERTIFICATE-----\n`;
  const packed = (text: string) => Buffer.from(text).toString("base64");
  const [mine, other] = [pemOf(), pemOf()];
  const value = `certificate-authority-data: ${packed(certificate)}\nclient-key-data: ${packed(mine)}\n`;
  const needles = needlesOf(new Secret("kubeconfig", value), "scan");
  expect(isFoundIn(`certificate-authority-data: ${packed(certificate)}`, needles)).toBe(false);
  expect(isFoundIn(certificate, needles)).toBe(false);
  expect(isFoundIn(`client-key-data: ${packed(other)}`, needles)).toBe(false);
  expect(isFoundIn(packed(mine).slice(900, 1000), needles)).toBe(true);
});

test("two session tokens of AWS have the region, the signer and the account in common", () => {
  const varint = () => [0x80 + (randomBytes(1)[0]! & 0x7f), 255, 255, 255, 255, 255, 255, 255, 255, 1];
  const text = (of: string) => [...Buffer.from(of)];
  const token = (signature: number) =>
    Buffer.from([
      ...[0x21, 0x0a, 9, ...text("origin_ec"), 0x10, ...varint(), 0x1a, 14, ...text("ap-northeast-1")],
      ...[0x22, signature, 0x30, signature - 2, 2, 0x21, 0, ...randomBytes(signature - 5)],
      ...[0x2a, 0x80, 2, 8, ...varint(), 0x10, 0, 0x1a, 12, ...text("123456789012"), 0x22, 12, ...randomBytes(250)],
    ]).toString("base64");
  for (const length of [0x46, 0x47, 0x48]) {
    const mine = token(length);
    const holder = createHolder([new Secret("session", mine)]);
    expect([0x46, 0x47, 0x48].map((other) => holder(token(other)))).toEqual([undefined, undefined, undefined]);
    expect([holder(mine), holder(mine.slice(64, 90)), holder(mine.slice(-60))]).toEqual([
      "session",
      "session",
      "session",
    ]);
  }
});

test.each([
  ["in a file", "spring.datasource.url=x\nspring.datasource.password=WORD\n", "spring.datasource.password=WORD"],
  ["in one line of JSON", '{"host":"db.internal","password":"WORD","port":5432}', '"password":"WORD"'],
  ["in an address", "postgres://application:WORD@db.internal:5432/app?x=1", "application:WORD@db.internal:5432/other"],
])("a password that somebody made up counts with its name or its login: %s", (_, value, text) => {
  const needles = needlesOf(new Secret("it", value.replace("WORD", "Summer2024!sun")), "scan");
  expect(isFoundIn(text.replace("WORD", "Summer2024!sun"), needles)).toBe(true);
  expect(isFoundIn(text.replace("WORD", "Winter2025!ice"), needles)).toBe(false);
});

test.each([
  ["signs", "aB3$k,9x{Q2&z!7Lw^r5*Tm8"],
  ["a pass phrase", "correct9-horse-battery7-staple"],
])("a password of %s is found in part, alone and in a file", (_, sample) => {
  // other letters, in the same order of kinds
  const shift = 1 + (randomBytes(1)[0]! % 20);
  const turn = (from: number) => (char: string) =>
    String.fromCharCode(from + ((char.charCodeAt(0) - from + shift) % 26));
  const word = sample.replace(/[a-z]/g, turn(97)).replace(/[A-Z]/g, turn(65));
  for (const value of [
    word,
    `[pypi]\nusername = ci\npassword = ${word}\n`,
    JSON.stringify({ user: "ci", password: word }),
  ]) {
    const needles = needlesOf(new Secret("it", value), "scan");
    expect(isFoundIn(`x ${word.slice(0, 24)} y`, needles)).toBe(true);
  }
});

function positions(last: number): number[] {
  return Array.from({ length: Math.max(0, last + 1) }, (_, at) => at);
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function isFoundIn(text: string, needles: readonly Needle[]): boolean {
  return needles.some(({ encoded, windows, windowBytes }) => {
    const form = latin(encoded.bytes);
    if (text.includes(form)) return true;
    if (!windows) return false;
    return positions(text.length - windowBytes).some((at) => form.includes(text.slice(at, at + windowBytes)));
  });
}
