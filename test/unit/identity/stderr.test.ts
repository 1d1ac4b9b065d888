import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CommandOutcome } from "../../../src/identity/host.ts";
import { quoteStderr } from "../../../src/identity/stderr.ts";
import { fakeHost, makeJwt, printed } from "./fake-host.ts";

type WithStderr = Extract<CommandOutcome, { stderr: string }>;
const said = (stderr: string, host = fakeHost(), stdout = "") =>
  quoteStderr(printed(stdout, 1, stderr) as WithStderr, host);

describe("what a failed helper said", () => {
  test("is quoted by its last three lines, on one line, cut to a length", () => {
    expect(said("one\ntwo\n\nthree\r\nfour\n")).toBe("; it said: two / three / four");
    expect(said("x".repeat(300)).length).toBeLessThan(230);
    expect(said(" \n")).toBe("");
  });

  test("keeps an address or a path readable", () => {
    const line =
      "Error making API request. URL: GET https://vault.example.com:8200/v1/auth/token/lookup-self. Code: 403";
    expect(said(line)).toBe(`; it said: ${line}`);
  });

  test("cannot steer a terminal", () => {
    expect(said("\u001b[31mred\u001b[0m \u001b]52;c;aGk=\u0007end \u202eback")).toBe("; it said: red end ?back");
  });

  test("shows nothing of what the helper printed on stdout", () => {
    expect(said("cannot cache pa55word", fakeHost(), '{"password":"pa55word"}')).toBe(
      "; it said: cannot cache [hidden]",
    );
  });

  test("shows no value of a variable with a telling name", () => {
    const host = fakeHost({ environment: { VAULT_TOKEN: "s.abcdef", EDITOR: "nano" } });
    expect(said("token s.abcdef refused by nano", host)).toBe("; it said: token [hidden] refused by nano");
  });

  test("masks known values first, by their names", () => {
    const host = fakeHost({ mask: (text) => text.replaceAll("opensesame", "[secret door]") });
    expect(said("opensesame did not work", host)).toBe("; it said: [secret door] did not work");
  });

  test.each([
    ["a JWT", makeJwt()],
    ["hexadecimal", `0a1${randomBytes(20).toString("hex")}`],
    ["base64", `aB1${randomBytes(30).toString("base64")}`],
    ["a token with a prefix", `ghs_1aB${randomBytes(18).toString("base64url")}`],
  ])("hides %s that nobody knows yet", (_, value) => {
    const text = said(`the token ${value} is not valid`);
    expect(text).not.toContain(value.slice(4, 20));
    expect(text).toContain("is not valid");
  });
});
