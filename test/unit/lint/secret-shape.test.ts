import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literalSecretsIn } from "../../../src/lint/assigned-secret.ts";
import { secretsIn } from "../../../src/lint/secret-shape.ts";
import { withMadeSecrets } from "./made-secret.ts";

const made = (kind: string) => withMadeSecrets(`@@SECRET:${kind}@@`).text;
const kindsIn = (text: string) => secretsIn(text).map(({ kind }) => kind);

describe("a secret's shape", () => {
  it.each([
    ["github", "github"],
    ["npm", "npm"],
    ["hf", "huggingface"],
    ["slack", "slack"],
    ["jwt", "jwt"],
    ["pem", "private-key"],
    ["openssh", "private-key"],
    ["aws-key-id", "aws-access-key-id"],
  ])("is known: %s", (kind, found) => {
    const value = made(kind);
    for (const [before, after] of [
      ["", ""],
      ["X=", "\n"],
      ['{"a": "', '"}'],
      ["tee <<<'", "'"],
    ]) {
      const [secret, ...others] = secretsIn(before + value + after);
      expect([secret?.kind, secret?.start, others]).toEqual([found, before!.length, []]);
      if (found !== "private-key") expect(secret?.end).toBe(before!.length + value.length);
    }
  });

  it.each([
    ["GitLab", "glpat-", 20],
    ["Stripe", "sk_live_", 24],
    ["Google OAuth", "GOCSPX-", 28],
    ["Docker Hub", "dckr_pat_", 27],
    ["Vault", "hvs.", 90],
  ])("is known: %s", (_, prefix, length) => {
    const value = randomBytes(100).toString("base64url").replaceAll(/[-_]/g, "q").slice(0, length);
    expect(secretsIn(`t: ${prefix}${value}`)).toHaveLength(1);
  });

  it("is not known in the middle of a word, in a name, or too short", () => {
    const value = made("github");
    expect(kindsIn(`x${value}`)).toEqual([]);
    expect(kindsIn(`my_${value}`)).toEqual([]);
    expect(kindsIn(value.slice(0, 30))).toEqual([]);
    expect(kindsIn("npm_config_cache hf_hub_offline AKIA SG.x eyJ glpat- sk_live_")).toEqual([]);
  });

  it("is none where documentation has it", () => {
    for (const prefix of ["ghp_", "npm_", "glpat-", "sk_live_", "hf_"]) {
      expect(kindsIn(prefix + "x".repeat(36))).toEqual([]);
      expect(kindsIn(`${prefix}your_token_goes_here_and_is_so_long`)).toEqual([]);
      expect(kindsIn(`${prefix}\${TOKEN}`)).toEqual([]);
    }
    expect(kindsIn("AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")).toEqual([]);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const shown = `${part({ alg: "HS256" })}.${part({ sub: "1234567890", name: "John Doe" })}.${"SflKxwRJSMeKKF2QT4fw"}`;
    expect(kindsIn(shown)).toEqual([]);
  });

  it("is none of a key's header alone", () => {
    const header = `-----BEGIN ${"RSA PRIVATE"} KEY-----`;
    expect(kindsIn(`grep -q '${header}' key.pem && openssl rsa -in key.pem`)).toEqual([]);
    expect(kindsIn(`${header}\n...\n${header.replace("BEGIN", "END")}`)).toEqual([]);
  });

  it("of AWS's secret keys is their name, or a key's id nearby", () => {
    const secret = made("aws-secret");
    expect(kindsIn(`x = ${secret}`)).toEqual([]);
    expect(kindsIn(`aws_secret_access_key = ${secret}`)).toEqual(["aws-secret-access-key"]);
    expect(kindsIn(`{"SecretAccessKey": "${secret}"}`)).toEqual(["aws-secret-access-key"]);
    expect(kindsIn(`${made("aws-key-id")}\n${secret}`)).toEqual(["aws-access-key-id", "aws-secret-access-key"]);
    expect(kindsIn(`${made("aws-key-id")}${" ".repeat(600)}${secret}`)).toEqual(["aws-access-key-id"]);
  });

  it("in a URL is the URL's", () => {
    const token = made("github");
    expect(kindsIn(`git clone https://${token}@github.com/a/b`)).toEqual(["url"]);
    expect(kindsIn(`git clone https://x-access-token:${token}@github.com/a/b`)).toEqual(["url"]);
    expect(kindsIn(`https://example.com/?token=${token}`)).toEqual(["github"]);
    for (const plain of [
      "https://$USER:$PASS@h/x",
      "https://user:password@h",
      "https://<user>:<pass>@h",
      "https://me:{{ password }}@h",
      "ssh://git@h/x",
      "http://h:8080/a@b:c",
      "https://me:$(cat /run/secrets/x)@h",
      "https://me:%PASS%@h",
    ]) {
      expect([plain, kindsIn(plain)]).toEqual([plain, []]);
    }
  });

  it("is found wherever it stands among others, in order and without overlap", () => {
    const kinds = ["github", "npm", "hf", "slack", "jwt", "aws-key-id"];
    const filler = fc.constantFrom(" ", "\n", "=", '"', " x ", "://", "https://a/", " é ", "$", "AKIA ", "-----BEGIN ");
    fc.assert(
      fc.property(fc.array(fc.tuple(filler, fc.constantFrom(...kinds)), { maxLength: 6 }), (pieces) => {
        const values = pieces.map(([before, kind]) => [before, made(kind)] as const);
        const text = `${values.map(([before, value]) => before + value).join(" ")} `;
        const found = secretsIn(text);
        expect(found).toHaveLength(values.length);
        for (const [index, { start, end }] of found.entries()) {
          expect(start).toBeGreaterThanOrEqual(found[index - 1]?.end ?? 0);
          expect(text.slice(start, end)).toBe(values[index]![1]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("a literal beside a name", () => {
  const random = () => made("hex-40");

  it("is one in the ways that programs and files write it", () => {
    for (const line of [
      "password=@",
      "--api-key @ --api-key=@",
      '"--token", "@"',
      "client_secret: '@'",
      "//r/:_authToken=@",
    ]) {
      expect(literalSecretsIn(line.replaceAll("@", random())).length, line).toBeGreaterThan(0);
    }
  });

  it("is none for words, variables, checksums and other names", () => {
    for (const line of [
      "password=correct-horse-battery",
      "token=$TOKEN_FROM_THE_STEP",
      "sha256=@",
      "token_file=/run/secrets/a-long-name",
      "etag: @",
    ]) {
      expect(literalSecretsIn(line.replaceAll("@", random())), line).toEqual([]);
    }
  });

  it("is a netrc's password, also one of words", () => {
    const pass = `hunter${22}`;
    expect(literalSecretsIn(`machine h login me password ${pass}`)).toHaveLength(1);
    expect(literalSecretsIn("machine h login me password $PASS")).toEqual([]);
  });
});
