import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/secret/secret.ts";
import { environmentForDocker, type InheritanceAsk } from "../../../src/source/inheritance.ts";
import { makeJwt } from "../identity/fake-host.ts";

const value = randomBytes(16).toString("hex");

function inherit(environment: Record<string, string>, ask: Partial<InheritanceAsk> = {}) {
  return environmentForDocker({
    environment,
    secrets: [new Secret("it", value)],
    sourceVariables: [],
    userNamed: [],
    usesGithubCache: false,
    ...ask,
  });
}

const names = (environment: Record<string, string>, ask?: Partial<InheritanceAsk>) =>
  inherit(environment, ask).removed.map(({ name }) => name);

describe("what Docker inherits", () => {
  test("is everything, where nothing in it is secret", () => {
    const environment = {
      PATH: "/usr/bin",
      HOME: "/root",
      DOCKER_HOST: "tcp://127.0.0.1:2375",
      DOCKER_AUTH_CONFIG: "{}",
      BUILDX_BUILDER: "b",
      HTTPS_PROXY: "http://proxy:3128",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/token",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/var/run/token",
      GITHUB_TOKEN: randomBytes(8).toString("hex"),
      EMPTY: "",
    };
    expect(inherit(environment)).toEqual({ environment, removed: [] });
  });

  test("has no variable that is one of our values, or has one in it", () => {
    const environment = {
      EXACT: value,
      WRAPPED: `https://user:${value}@example.com`,
      LIST: JSON.stringify({ TOKEN: value }),
      OTHER: "harmless",
    };
    const { environment: left, removed } = inherit(environment);
    expect(left).toEqual({ OTHER: "harmless" });
    expect(removed).toEqual([
      { name: "EXACT", reason: "holds the value of the secret it" },
      { name: "WRAPPED", reason: "holds the value of the secret it" },
      { name: "LIST", reason: "holds the value of the secret it" },
    ]);
  });

  test("has none that holds a value of several lines as JSON, or without the line break at its end", () => {
    const pem = `-----BEGIN KEY-----\n${value}\n-----END KEY-----\n`;
    const secrets = [new Secret("key", pem)];
    expect(names({ A: JSON.stringify({ key: pem }), B: pem.trim() }, { secrets })).toEqual(["A", "B"]);
  });

  test("is not torn apart for a value so short that it is everywhere", () => {
    expect(names({ A: "a", B: "banana" }, { secrets: [new Secret("it", "a"), new Secret("x", "")] })).toEqual([]);
  });

  test.each([
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ALL_SECRETS",
    "SECRET_NPM_TOKEN",
    "SYSTEM_ACCESSTOKEN",
    "BUILDKITE_AGENT_ACCESS_TOKEN",
    "CIRCLE_OIDC_TOKEN",
    "CIRCLE_OIDC_TOKEN_V2",
    "CI_JOB_JWT",
    "CI_JOB_JWT_V2",
  ])("has no %s: it mints secrets, or holds them all", (name) => {
    expect(names({ [name]: "x", PATH: "/bin" })).toEqual([name]);
    expect(inherit({ [name]: "x" }).removed[0]?.reason).not.toBe("");
  });

  test("has not what a source reads or is powered by, however short", () => {
    expect(
      names({ VAULT_TOKEN: "t", NPM_TOKEN: "n", HOME: "/root" }, { sourceVariables: ["VAULT_TOKEN", "NPM_TOKEN"] }),
    ).toEqual(["VAULT_TOKEN", "NPM_TOKEN"]);
    expect(names({ VAULT_TOKEN: "t" })).toEqual([]);
  });

  test("has nothing whose name begins as that of a source's keys", () => {
    expect(
      names({ OP_SESSION_acme: "s", OP_SESSION: "s", OP_ACCOUNT: "a" }, { sourceVariables: ["OP_SESSION*"] }),
    ).toEqual(["OP_SESSION_acme", "OP_SESSION"]);
  });

  test("has no identity token of a GitLab job, whatever its variable is called", () => {
    const gitlab = { GITLAB_CI: "true", CI_SERVER_URL: "https://gitlab.example.com" };
    const token = makeJwt({ iss: "https://gitlab.example.com" });
    expect(inherit({ ...gitlab, AWS_TOKEN: token, OTHER: makeJwt() }).removed).toEqual([
      { name: "AWS_TOKEN", reason: "is the GitLab job's identity" },
    ]);
    expect(names({ ...gitlab, AWS_TOKEN: token }, { userNamed: ["AWS_TOKEN"] })).toEqual([]);
    expect(names({ AWS_TOKEN: token })).toEqual([]);
  });

  test("has the token of the gha cache only if that is used", () => {
    const environment = {
      ACTIONS_RUNTIME_TOKEN: "t",
      ACTIONS_RESULTS_URL: "https://x",
      ACTIONS_CACHE_URL: "https://y",
    };
    expect(names(environment)).toEqual(["ACTIONS_RUNTIME_TOKEN"]);
    expect(names(environment, { usesGithubCache: true })).toEqual([]);
  });

  test("has what the user named for Docker himself, whatever it is", () => {
    const environment = { MINE: value, SECRET_X: "x", NPM_TOKEN: "n" };
    expect(
      names(environment, { userNamed: ["MINE", "SECRET_X", "NPM_TOKEN"], sourceVariables: ["NPM_TOKEN"] }),
    ).toEqual([]);
  });

  test("never has the value in it, nor in what is said of it; and what is left is as it was", () => {
    const name = fc.stringMatching(/^[A-Z_]{1,12}$/);
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.string()).map(([a, b]) => a + value + b),
    );
    fc.assert(
      fc.property(fc.dictionary(name, text), (environment) => {
        const { environment: left, removed } = inherit(environment);
        expect(JSON.stringify({ removed })).not.toContain(value);
        for (const [key, content] of Object.entries(left)) {
          expect(environment[key]).toBe(content);
          if (!["PATH", "HOME", "PWD", "USER", "SHELL", "TERM", "LANG"].includes(key))
            expect(content).not.toContain(value);
        }
        expect(Object.keys(left).length + removed.length).toBe(Object.keys(environment).length);
      }),
    );
  });
});
