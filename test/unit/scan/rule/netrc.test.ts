import { describe, expect, test } from "vitest";
import { netrc } from "../../../../src/scan/rule/netrc.ts";
import { read } from "./found.ts";
import { alphabet, random } from "./made-secret.ts";

const password = () => random(alphabet.alphanumeric, 20);

describe("netrc", () => {
  test("finds a password, on one line or several", () => {
    const value = password();
    for (const text of [
      `machine host.test login me password ${value}\n`,
      `machine host.test\n  login me\n  password ${value}\n`,
    ]) {
      expect(read(netrc, text, "root/.netrc")).toMatchObject([
        { value, severity: "error", start: text.indexOf(value), key: "host.test" },
      ]);
    }
  });

  test("passes over variables, and over files elsewhere", () => {
    expect(read(netrc, "machine host.test login me password $TOKEN", "root/.netrc")).toEqual([]);
    expect(read(netrc, "", "usr/lib/python3/netrc.py")).toBeUndefined();
  });
});
