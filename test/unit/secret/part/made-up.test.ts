import { randomBytes, randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { createHolder } from "../../../../src/secret/held-by.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { Secret } from "../../../../src/secret/secret.ts";

const base64 = (value: string) => Buffer.from(value).toString("base64");
const random = () => `9x${randomBytes(16).toString("hex")}Zq`;
/** As people make up passwords: other letters each time, in the same order of kinds. */
const password = () => {
  const letters = (count: number) => Array.from({ length: count }, () => "abcdefghijklmnopqrstuvwxyz"[randomInt(26)]);
  return `S${letters(5).join("")}2024${letters(3).join("")}`;
};
const certificate = `-----BEGIN CERTIFICATE-----\n${randomBytes(700).toString("base64").replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ci@acme.example";

type Case = readonly [value: (word: string) => string, text: (word: string) => string, make?: () => string];

/** A file, and in which text its password is known. */
const cases: Readonly<Record<string, Case>> = {
  "a login to a database with its authority, in a line": [
    (word) => JSON.stringify({ host: "db.example", port: 5432, user: "admin", password: word, ca_cert: certificate }),
    (word) => `"password":"${word}"`,
  ],
  "a configuration of a VPN with its authority": [
    (word) => `client\n<ca>\n${certificate}</ca>\n<auth-user-pass>\nci\n${word}\n</auth-user-pass>\n`,
    (word) => `ci\n${word}\n`,
  ],
  "Terraform's variables with public keys, in a line": [
    (word) => JSON.stringify({ region: "eu", ssh_public_keys: [line], hcloud_token: word }),
    (word) => `token ${word}`,
    random,
  ],
  "an environment in a line of JSON": [
    (word) => JSON.stringify({ LS_COLORS: "rs=0:di=01;34", HOME: "/root", API_TOKEN: word }),
    (word) => `token ${word.slice(0, 28)}`,
    random,
  ],
  "a password with a backslash": [
    (word) => `DB_HOST=db\nDB_PASSWORD=${word.slice(0, 6)}\\n${word.slice(6)}\\t${word.slice(2, 7)}\nPORT=1\n`,
    (word) => `DB_PASSWORD=${word.slice(0, 6)}\\n${word.slice(6)}\\t${word.slice(2, 7)}`,
  ],
  "a password after its option": [
    (word) => `#!/bin/sh\nset -e\nmysqldump -u root -p${word}!sun app > /tmp/x\n`,
    (word) => `+ mysqldump -u root -p${word}!sun app > /tmp/x`.slice(2),
  ],
  "the login of a service called subscription": [
    (word) => `postgres://subscription:${word}@db:5432/subscription`,
    (word) => `password ${word.slice(2, 30)}`,
    random,
  ],
  "a line of .pgpass for a tenant": [
    (word) => `db.internal:5432:app:tenant:${word}\nother:5432:app:app:${random()}\n`,
    (word) => `password ${word.slice(2, 30)}`,
    random,
  ],
  "a .env in a secret of Kubernetes": [
    (word) =>
      `kind: Secret\ndata:\n  .env: ${base64(`DB_USER=app\nDB_HOST=db.internal\nDB_PASSWORD=${word}\nPORT=3000\n`)}\n`,
    (word) => `  .env: ${base64(`DB_USER=app\nDB_HOST=db.internal\nDB_PASSWORD=${word}\nPORT=3000\n`)}`,
  ],
  "a .env in base64, with a password of words": [
    (word) =>
      `DOTENV_B64=${base64(`DB_USER=app\nDB_HOST=db.internal\nDB_PASSWORD=${word}\nPORT=3000\n`)}\nX=${"y".repeat(9)}\n`,
    (word) => base64(`DB_USER=app\nDB_HOST=db.internal\nDB_PASSWORD=${word}\nPORT=3000\n`),
    () => `correct-${password().slice(1, 5)}-battery-staple`,
  ],
  "a configuration of PHP": [
    (word) => `return [\n  'username' => 'app',\n  'password' => '${word}',\n];\n`,
    (word) => `  'password' => '${word}',`,
    () => `rqnRBA${password().slice(1, 6)}@mc.ru-`,
  ],
  "the key of an application": [
    (word) => `PORT=1\nOPENWEATHER_APPID=${word}\nX=y\n`,
    (word) => `?q=Berlin&appid=${word}`,
    () => randomBytes(16).toString("hex"),
  ],
};

test.each(Object.entries(cases))("%s is searched for and masked", (_, [value, text, make = password]) => {
  for (let i = 0; i < 20; i++) {
    const word = make();
    const secret = new Secret("it", value(word));
    const holder = createHolder([secret]);
    expect([holder(`x\n${text(word)}\ny`), holder(value(word))]).toEqual(["it", "it"]);
    expect(holder(`x\n${text(make())}\ny`)).toBeUndefined();
    const mask = createMask();
    expect(mask.add(secret)).toBeUndefined();
    expect(mask.text(value(word))).not.toBe(value(word));
  }
});
