import { describe, expect, test } from "vitest";
import { gradeOf } from "../../../../../src/scan/rule/judge/value.ts";
import { made, password } from "../made-secret.ts";

describe("the grade of a value", () => {
  test("is random for what nobody writes but as a secret", () => {
    for (const value of [made("hex-32"), made("base64url-40"), password(20), made("uuid"), "Xk29$lq0z"]) {
      expect(gradeOf(value)).toBe("random");
    }
  });

  test("is a word for what may be a password or a name", () => {
    for (const value of ["correct-horse", "tulpenzwiebel", "blaubeere7"]) expect(gradeOf(value)).toBe("word");
  });

  test("is a word where signs only part words, and random where there are more kinds of characters", () => {
    for (const value of ["Token-Name", "Bearer-Token", "Auth.Key/Name"]) expect(gradeOf(value)).toBe("word");
    for (const value of ["Xk29-lq0z", "Xk$q-zR/w!"]) expect(gradeOf(value)).toBe("random");
  });

  test.each([
    ["$TOKEN"],
    ["$PASS_WORD"],
    ["{{ token }}"],
    ["<password>"],
    ["your-password"],
    ["password_here"],
    ["my_secret"],
    ["changeme"],
    ["/run/secrets/token"],
    ["true"],
    ["none"],
    ["********"],
    ["xxxxxxxxxxxxxxxx"],
    ["**SOPS**"],
    [Buffer.from("…").toString("latin1")],
    [Buffer.from("••••••••").toString("latin1")],
    ["[password]]"],
    ["ENC[AES256_GCM,data:PyhZmNhy929JGQ==,iv:PBqPaJmSw21k,tag:zXM2JEpk3ZEH7W==,type:str]"],
    // where a comma ends a value
    ["ENC[AES256_GCM"],
  ])("is nothing for %s", (value) => {
    expect(gradeOf(value)).toBe("nothing");
  });

  test("is weak for what everybody tries first", () => {
    for (const value of ["letmein", "postgres", "guest"]) expect(gradeOf(value)).toBe("weak");
  });
});
