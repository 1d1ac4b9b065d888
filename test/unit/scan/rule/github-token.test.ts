import { describe, expect, test } from "vitest";
import { githubToken } from "../../../../src/scan/rule/github-token.ts";
import { alphabet, found, now, random, token } from "./found.ts";

describe("github-token", () => {
  test.each(["ghp_", "gho_", "ghu_", "ghs_", "ghr_"])(
    "finds a token that begins with %s wherever it stands",
    (prefix) => {
      const value = prefix + random(alphabet.alphanumeric, 36);
      for (const text of [
        value,
        `TOKEN=${value}\n`,
        `https://x-access-token:${value}@host/`,
        `"${value}"`,
        `\0${value}\0`,
      ]) {
        expect(found(githubToken, text)).toMatchObject([{ value, severity: "error", start: text.indexOf(value) }]);
      }
    },
  );

  test("finds a fine-grained token and an installation token around a JWT", () => {
    const fine = `github_pat_${random(alphabet.alphanumeric, 22)}_${random(alphabet.alphanumeric, 59)}`;
    expect(found(githubToken, ` ${fine} `)).toMatchObject([{ value: fine }]);
    const installation = `ghs_1234567_${token({ iss: "1", exp: now + 60 })}`;
    expect(found(githubToken, ` ${installation} `)).toMatchObject([{ value: installation }]);
  });

  test("shows no more than its kind, its end and its length", () => {
    const value = `ghp_${random(alphabet.alphanumeric, 36)}`;
    expect(found(githubToken, value)[0]!.redacted).toBe(`ghp_…${value.slice(-2)} (40 characters)`);
  });

  test.each([
    ["too short", () => `ghp_${random(alphabet.alphanumeric, 35)}`],
    ["a part of a word", () => `xghp_${random(alphabet.alphanumeric, 36)}`],
    ["one character many times", () => `ghp_${"x".repeat(36)}`],
    ["a placeholder", () => `ghp_${"EXAMPLE".padEnd(36, random(alphabet.alphanumeric, 36))}`],
    ["a pattern for tokens", () => "gh[pousr]_[A-Za-z0-9]{36}, ghp_[0-9a-zA-Z]{36}"],
    ["a counting sequence", () => "ghp_0123456789abcdefghijklmnopqrstuvwxyz"],
  ])("passes over what is %s", (_, text) => {
    expect(found(githubToken, text())).toEqual([]);
  });
});
