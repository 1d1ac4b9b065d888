import { expect, test } from "vitest";
import { environmentSecret } from "../../../../src/scan/rule/environment-secret.ts";
import { found } from "./found.ts";
import { password } from "./made-secret.ts";

test("a value without quotes in code is a name or a number", () => {
  for (const text of ["this.DELETE_KEY=46,this.INSERT_KEY=45,this.ALT_KEY=18", `e.SHIFT_KEY=${password(20)},t=1`])
    for (const path of ["srv/app/main.min.js", "srv/app/main.py"])
      expect(found(environmentSecret, text, path)).toEqual([]);
  expect(found(environmentSecret, "this.DELETE_KEY=46,this.INSERT_KEY=45", "srv/app/bundle")).toEqual([]);
});

test("one in quotes, or in a command or an address, is found there too", () => {
  const value = password(24);
  for (const text of [
    `API_KEY="${value}"`,
    `run("API_KEY=${value} ./x")`,
    `fetch("https://x.corp.net/a?api_key=${value}")`,
  ])
    expect(found(environmentSecret, text, "srv/app/main.js")).toMatchObject([{ value, severity: "warning" }]);
});

test("texts in other letters are no values, though a password in an environment may have some", () => {
  const text = Buffer.from("enter_password=Zadané_7heslo\n").toString("latin1");
  expect(found(environmentSecret, text, "srv/app/locale_cs.ini")).toEqual([]);
  expect(found(environmentSecret, text, "")).toHaveLength(1);
});

test("names of headers are no value", () => {
  expect(found(environmentSecret, "AUTH_TOKEN=X-Hub-Signature-256\n", "srv/run.sh")).toEqual([]);
});
