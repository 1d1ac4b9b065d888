import { describe, expect, test } from "vitest";
import { gitCredentials } from "../../../../src/scan/rule/git-credentials.ts";
import { read } from "./found.ts";
import { alphabet, random } from "./made-secret.ts";

const password = () => random(alphabet.alphanumeric, 20);

describe("git-credentials", () => {
  test("finds logins in Git's store and in the address a clone came from", () => {
    const value = password();
    expect(read(gitCredentials, `https://me:${value}@host.test\n`, "root/.git-credentials")).toMatchObject([
      { value, severity: "error", key: "host.test" },
    ]);
    const config = `[remote "origin"]\n\turl = https://x-access-token:${value}@host.test/a/b.git\n`;
    expect(read(gitCredentials, config, "src/app/.git/config")).toMatchObject([
      { value, start: config.indexOf(value) },
    ]);
  });

  test("passes over addresses without a password, and placeholders", () => {
    expect(
      read(
        gitCredentials,
        "url = https://git@host.test/a\nurl = https://host.test:8443/a@b\nurl = https://me:$TOKEN@host.test/\n",
        "a/.git/config",
      ),
    ).toEqual([]);
  });
});
