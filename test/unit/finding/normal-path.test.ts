import { randomBytes, randomInt } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../../../src/finding/fingerprint.ts";
import { normalPath } from "../../../src/finding/normal-path.ts";

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const hex = (bytes: number) => randomBytes(bytes).toString("hex");
const small = (length: number) => pick("abcdefghijklmnopqrstuvwxyz0123456789_", length);

/** Paths as they are in one build; another build has others. */
const changing: Readonly<Record<string, () => string>> = {
  "mktemp's": () => `tmp/tmp.${pick(letters, 10)}/config.log`,
  "Python's": () => `var/tmp/tmp${small(8)}/x.json`,
  "pip's builds": () => `tmp/pip-build-env-${small(8)}/pip.conf`,
  "pip's cache": () => `root/.cache/pip/http-v2/${hex(3).slice(0, 5).split("").join("/")}/${hex(28)}.body`,
  "npm's cache": () => `root/.npm/_cacache/content-v2/sha512/${hex(1)}/${hex(1)}/${hex(62)}`,
  "npm's logs": () =>
    `root/.npm/_logs/20${randomInt(20, 30)}-0${randomInt(1, 9)}-1${randomInt(9)}T11_22_3${randomInt(9)}_${randomInt(100, 999)}Z-debug-0.log`,
  "Git's objects": () => `srv/app/.git/objects/${hex(1)}/${hex(19)}`,
  "Go's builds": () => `tmp/go-build${randomInt(1e8, 1e9)}/b001/x`,
  "Cargo's builds": () => `tmp/cargo-install${pick(letters, 6)}/x`,
  "GCC's": () => `tmp/cc${pick(letters, 6)}.s`,
  "core dumps": () => `srv/core.${randomInt(2, 99_999)}`,
  UUIDs: () => `var/lib/x/${crypto.randomUUID()}/token`,
  "a store's": () =>
    `nix/store/${pick("abcdfghijklmnpqrsvwxyz", 16)}${pick("0123456789", 4)}${pick("abcdf", 12)}-app/x`,
  "agents' sockets": () => `tmp/ssh-${pick(letters, 9)}1A/agent.${randomInt(2, 99_999)}`,
  "rotated logs": () => `var/log/app.log-20${randomInt(20, 30)}0${randomInt(1, 9)}1${randomInt(9)}`,
};

describe("the path of a fingerprint", () => {
  test.each(Object.entries(changing))("is the same in every build where it is %s", (_, make) => {
    const all = new Set(Array.from({ length: 300 }, () => normalPath(make())));
    expect([...all]).toHaveLength(1);
  });

  test("stays as it is where no name is random", () => {
    for (const path of [
      "etc/ssl/private/server.key",
      "usr/lib/python3.13/site-packages/requests-2.32.3.dist-info/METADATA",
      "usr/share/doc/libssl3/changelog.Debian.gz",
      "root/.aws/credentials",
      "opt/App2Go/conf.d/10-db.conf",
      "usr/lib/x86_64-linux-gnu/libcrypto.so.3",
      "srv/node_modules/@aws-sdk/client-s3/package.json",
      "tmp/build/config.log",
      "a/b/c",
      "",
    ]) {
      expect(normalPath(path)).toBe(path);
    }
  });

  test("takes time in proportion to its length, whatever it holds", () => {
    for (const path of ["a1".repeat(200_000), "tmp/".repeat(100_000), "-".repeat(400_000), "1/".repeat(100_000)]) {
      expect(normalPath(path).length).toBeLessThanOrEqual(path.length + 1);
    }
  });
});

test("an entry of the history has one fingerprint wherever it stands among the others", () => {
  const at = (path: string, surface: "history" | "layer") => fingerprintOf("rule", "", { surface, path });
  expect(at("history[2].created_by", "history")).toBe(at("history[17].created_by", "history"));
  expect(at("history[2].created_by", "layer")).not.toBe(at("history[17].created_by", "layer"));
});
