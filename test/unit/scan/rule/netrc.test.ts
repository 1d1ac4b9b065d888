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

  test("reads what apt logs in with", () => {
    const value = password();
    const text = `machine https://apt.test/debian login me password ${value}\n`;
    for (const path of ["etc/apt/auth.conf", "etc/apt/auth.conf.d/corp.conf", "./etc/apt/auth.conf.d/90corp.conf"])
      expect(read(netrc, text, path)).toMatchObject([{ value, severity: "error", key: "https://apt.test/debian" }]);
    for (const path of ["etc/apt/apt.conf", "etc/apt/auth.conf.d/corp.conf.bak", "etc/my-apt/auth.conf"])
      expect(read(netrc, text, path)).toBeUndefined();
  });

  test("is as bad in the home of a user who is called `test`", () => {
    const text = `machine host.test login me password ${password()}\n`;
    for (const path of ["home/test/.netrc", "home/demo/.netrc", "srv/app/test/.netrc"])
      expect(read(netrc, text, path)).toMatchObject([{ severity: "error" }]);
    expect(read(netrc, text, "srv/node_modules/x/.netrc")).toMatchObject([{ severity: "warning" }]);
    expect(read(netrc, text, "srv/node_modules/x/test/.netrc")).toMatchObject([{ severity: "info" }]);
  });

  test("passes over variables, and over files elsewhere", () => {
    expect(read(netrc, "machine host.test login me password $TOKEN", "root/.netrc")).toEqual([]);
    expect(read(netrc, "", "usr/lib/python3/netrc.py")).toBeUndefined();
  });
});
