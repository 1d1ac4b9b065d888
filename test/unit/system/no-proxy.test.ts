import { expect, test } from "vitest";
import { isExempt } from "../../../src/system/no-proxy.ts";

const exempt = (address: string, noProxy: string): boolean => isExempt(new URL(address), noProxy);

test.each([
  ["https://sts.example.test/", "example.test"],
  ["https://sts.example.test/", ".example.test"],
  ["https://sts.example.test/", "*.example.test"],
  ["https://example.test/", "EXAMPLE.test"],
  ["https://sts.example.test/", "localhost, 127.0.0.1 , sts.example.test"],
  ["https://sts.example.test/", "localhost sts.example.test"],
  ["https://sts.example.test/", "sts.example.test:443"],
  ["http://sts.example.test:8080/", "example.test:8080"],
  ["https://sts.example.test/", "example.test."],
  ["https://sts.example.test/", ".example.test.:443"],
  ["https://sts.example.test./", "example.test"],
  ["https://anything.example/", "*"],
  ["http://10.1.2.3/", "10.0.0.0/8"],
  ["http://10.1.2.3/", "10.1.2.3"],
  ["http://10.1.2.3:81/", "10.1.2.3:81"],
  ["http://[fd00::5]/", "fd00::/8"],
  ["http://[fd00::5]:80/", "[fd00::5]:80"],
  ["http://[fd00::5]/", "fd00::5"],
])("%s is asked without a proxy by NO_PROXY=%s", (address, noProxy) => {
  expect(exempt(address, noProxy)).toBe(true);
});

test.each([
  ["https://sts.example.test/", ""],
  ["https://sts.example.test/", ","],
  ["https://badexample.test/", "example.test"],
  ["https://example.test.evil/", "example.test"],
  ["https://sts.example.test/", "sts.example.test:8443"],
  ["http://11.1.2.3/", "10.0.0.0/8"],
  ["http://10.1.2.3/", "10.0.0.0/x"],
  ["http://10.1.2.3/", "10.0.0.0/99"],
  ["http://10.1.2.3/", "0.1.2.3"],
  ["http://[fd00::5]/", "fd00::6"],
  ["http://sts.example.test/", "10.0.0.0/8"],
  ["http://10.1.2.3/", "::/0"],
  ["http://[fd00::5]/", "0.0.0.0/0"],
  ["https://sts.example.test/", "."],
])("%s is asked by the proxy for all that NO_PROXY=%s says", (address, noProxy) => {
  expect(exempt(address, noProxy)).toBe(false);
});
