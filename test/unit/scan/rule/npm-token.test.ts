import { describe, expect, test } from "vitest";
import { npmToken } from "../../../../src/scan/rule/npm-token.ts";
import { alphabet, found, random } from "./found.ts";

describe("npm-token", () => {
  test("finds an automation token", () => {
    const value = `npm_${random(alphabet.alphanumeric, 36)}`;
    expect(found(npmToken, `//registry/:_authToken=${value}\n`)).toMatchObject([{ value, severity: "error" }]);
  });

  test("passes over npm's own names", () => {
    for (const text of [
      "npm_config_user_agent",
      "npm_package_version",
      `npm_${random(alphabet.alphanumeric, 37)}`,
      `npm_${"a".repeat(36)}`,
    ]) {
      expect(found(npmToken, text)).toEqual([]);
    }
  });
});
