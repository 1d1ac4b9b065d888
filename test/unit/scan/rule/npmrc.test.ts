import { describe, expect, test } from "vitest";
import { npmrc } from "../../../../src/scan/rule/npmrc.ts";
import { read } from "./found.ts";
import { alphabet, random } from "./made-secret.ts";

const password = () => random(alphabet.alphanumeric, 20);

describe("npmrc", () => {
  test("finds tokens and passwords of registries", () => {
    const value = password();
    for (const line of [`//host.test/:_authToken=${value}`, `_auth = "${value}"`, `//host.test/:_password=${value}`]) {
      expect(read(npmrc, `registry=https://host.test\n${line}\n`, "root/.npmrc")).toMatchObject([
        { value, severity: "error" },
      ]);
    }
  });

  test("passes over names of variables and comments", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's own way to name a variable
    expect(read(npmrc, "//host.test/:_authToken=${NPM_TOKEN}\n; _auth=abcdefghijkl\n", "app/.npmrc")).toEqual([]);
  });
});
