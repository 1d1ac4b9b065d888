import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJwt } from "../../../src/identity/jwt.ts";
import { makeJwt } from "./fake-host.ts";

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const head = part({ alg: "RS256" });
const signature = randomBytes(32).toString("base64url");

describe("reading a JWT", () => {
  test("gives its claims, with the audience as a list", () => {
    const reading = readJwt(
      makeJwt({ iss: "https://i.example", sub: "me", aud: "one", exp: 1_800_000_000, iat: 1_700_000_000.5 }),
    );
    expect(reading).toEqual({
      kind: "jwt",
      claims: {
        issuer: "https://i.example",
        subject: "me",
        audience: ["one"],
        expiresAt: new Date(1_800_000_000_000),
        issuedAt: new Date(1_700_000_000_500),
        notBefore: undefined,
      },
    });
  });

  test("takes an audience that is a list, and one that is missing", () => {
    expect(readJwt(makeJwt({ aud: ["a", "b"] }))).toMatchObject({ claims: { audience: ["a", "b"] } });
    expect(readJwt(makeJwt({ aud: undefined, exp: undefined }))).toMatchObject({
      claims: { audience: [], expiresAt: undefined },
    });
  });

  test("gives back whatever claims were put in", () => {
    const claims = fc.record({
      iss: fc.string(),
      sub: fc.string(),
      aud: fc.array(fc.string(), { maxLength: 4 }),
      exp: fc.integer({ min: 0, max: 4_000_000_000 }),
    });
    fc.assert(
      fc.property(claims, ({ iss, sub, aud, exp }) => {
        const reading = readJwt(makeJwt({ iss, sub, aud, exp }));
        expect(reading).toMatchObject({
          claims: { issuer: iss, subject: sub, audience: aud, expiresAt: new Date(exp * 1000) },
        });
      }),
    );
  });

  test.each([
    ["nothing", "", "no dots"],
    ["one word", "hello", "no dots"],
    ["two parts", `${head}.${part({})}`, "2 parts"],
    ["an encrypted token's five parts", "a.b.c.d.e", "5 parts"],
    ["a header that is not JSON", `aGVsbG8.${part({})}.${signature}`, "header"],
    ["a header without an algorithm", `${part({})}.${part({})}.${signature}`, "header"],
    ["no signature", `${head}.${part({})}.`, "not signed"],
    ["padding", `${head}.${part({})}.${signature}=`, "signature"],
    ["a line break inside", `${head}\n.${part({})}.${signature}`, "header"],
    ["a body that is a list", `${head}.${part([])}.${signature}`, "JSON object"],
    ["a body that is null", `${head}.${part(null)}.${signature}`, "JSON object"],
    ["an expiry that is text", `${head}.${part({ exp: "soon" })}.${signature}`, "exp"],
    ["an expiry beyond all dates", `${head}.${part({ exp: 1e300 })}.${signature}`, "exp"],
    ["a negative time", `${head}.${part({ iat: -1 })}.${signature}`, "iat"],
    ["an audience that is a number", `${head}.${part({ aud: 1 })}.${signature}`, "aud"],
    ["an audience with a number in it", `${head}.${part({ aud: ["a", 1] })}.${signature}`, "aud"],
    ["an issuer that is an object", `${head}.${part({ iss: {} })}.${signature}`, "iss"],
  ])("refuses %s", (_, token, why) => {
    expect(readJwt(token)).toEqual({ kind: "not-a-jwt", why: expect.stringContaining(why) });
  });

  test("refuses more than a secret may hold, and does not throw on what is nested deeply", () => {
    expect(readJwt(`${head}.${"a".repeat(600_000)}.${signature}`)).toMatchObject({ kind: "not-a-jwt" });
    const deep = Buffer.from("[".repeat(100_000)).toString("base64url");
    expect(readJwt(`${head}.${deep}.${signature}`)).toMatchObject({ kind: "not-a-jwt" });
  });

  test("never throws and never repeats what it was given", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), (text) => {
        const reading = readJwt(text);
        if (reading.kind === "not-a-jwt") expect(reading.why).not.toContain(text);
      }),
    );
  });
});
