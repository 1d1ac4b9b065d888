import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CommandOutcome } from "../../../src/identity/host.ts";
import { quoteStderr } from "../../../src/identity/stderr.ts";
import { fakeHost, makeJwt, printed } from "./fake-host.ts";

type WithStderr = Extract<CommandOutcome, { stderr: string }>;
const said = (stderr: string, host = fakeHost(), stdout = "") =>
  quoteStderr(printed(stdout, 1, stderr) as WithStderr, host);

/** Each way in which a command that printed something ends. */
const ends = [
  { kind: "exited", status: 1 },
  { kind: "killed", signal: "SIGKILL" },
  { kind: "too-slow" },
  { kind: "too-much" },
] as const;

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

  // none of these is long or random enough to be cut for its looks
  test.each([
    ["of plain output", "correct-horse\n", "correct-horse"],
    ["with marks in it", "tr:ou,ba=dor\n", "tr:ou,ba=dor"],
    ["that is assigned", "PASSWORD=tr:ou,ba=dor\n", "tr:ou,ba=dor"],
    ["of JSON", JSON.stringify({ data: { password: 'tr:ou,"b\\a=dor' } }), 'tr:ou,"b\\a=dor'],
    ["of JSON, a line of it", JSON.stringify({ key: "one, two\nthr: ee, four\n" }), "thr: ee, four"],
    ["of JSON that is not whole", '{"data": {"password": "tr:ou,\\"ba=dor', 'tr:ou,"ba=dor'],
    [
      "of JSON within JSON",
      JSON.stringify({ SecretString: JSON.stringify({ password: "correct horse" }) }),
      "correct horse",
    ],
    ["of JSON within JSON, not whole", '{"a": "{\\"b\\": \\"correct horse', "correct horse"],
    ["of JSON that is cut after a backslash", '{"password": "correct horse\\', "correct horse"],
    ["of an address with a login", "postgres://app:correct-horse@db/x\n", "correct-horse"],
    ["between other marks", "Account;correct-horse&x\\y", "correct-horse"],
    ["that a shell would read", "export PASSWORD='correct horse battery'\n", "correct horse battery"],
    ["of JSON that has blanks in it", '{ "password" : "a b c d e f" }', "a b c d e f"],
  ])("shows no value %s, however the command ended", (_, stdout, value) => {
    for (const end of ends) {
      const outcome = { ...end, stdout: new TextEncoder().encode(stdout), stderr: `cannot use ${value} here` };
      expect(quoteStderr(outcome, fakeHost()) === "; it said: cannot use [hidden] here").toBe(true);
    }
  });

  test("is told at once, wherever a long text of JSON was cut", () => {
    const started = performance.now();
    const texts = Array.from({ length: 16_000 }, () => randomBytes(10).toString("hex"));
    const half = JSON.stringify({ a: JSON.stringify(texts) }).slice(0, -3);
    expect(said("no", fakeHost(), `${half}\\`)).toBe("; it said: no");
    expect(performance.now() - started).toBeLessThan(10_000);
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
