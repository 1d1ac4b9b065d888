import { describe, expect, test } from "vitest";
import { pypiToken } from "../../../../src/scan/rule/pypi-token.ts";
import { alphabet, found, random } from "./found.ts";

describe("pypi-token", () => {
  test("finds an upload token", () => {
    const value = `pypi-AgEIcHlwaS5vcmc${random(alphabet.base64url, 120)}`;
    expect(found(pypiToken, `password = ${value}\n`)).toMatchObject([{ value, severity: "error" }]);
  });

  test("passes over its beginning alone", () => {
    expect(found(pypiToken, "pypi-AgEIcHlwaS5vcmc is how they begin")).toEqual([]);
    expect(found(pypiToken, `pypi-AgE${"x".repeat(100)}`)).toEqual([]);
  });
});
