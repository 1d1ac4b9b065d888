import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { gitAuthorization, gitCredentialIds } from "../../../src/buildx/git-credential.ts";
import { Secret } from "../../../src/secret/secret.ts";

test("a credential of the host comes before a general one, a header before a token", () => {
  expect(gitCredentialIds("https://u@example.com:8443/r.git").map(({ id }) => id)).toEqual([
    "GIT_AUTH_HEADER.example.com:8443",
    "GIT_AUTH_TOKEN.example.com:8443",
    "GIT_AUTH_HEADER",
    "GIT_AUTH_TOKEN",
  ]);
});

test("the file sends the token to its remote alone, and prints as its name", () => {
  const token = randomBytes(12).toString("hex");
  const file = gitAuthorization("https://example.com/r.git", "token", new Secret("GIT_AUTH_TOKEN", `${token}\n`));
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  expect(file.exposeText()).toBe(
    `[http "https://example.com/r.git"]\n\textraHeader = "Authorization: basic ${basic}"\n`,
  );
  expect(`${file}`).toBe("[secret GIT_AUTH_TOKEN as git configuration]");
});

test("a header is sent as it is", () => {
  const value = `bearer ${randomBytes(8).toString("hex")}"\\`;
  const file = gitAuthorization("https://h/r", "header", new Secret("GIT_AUTH_HEADER", value));
  expect(file.exposeText()).toContain(`Authorization: ${value.replace(/["\\]/g, "\\$&")}"`);
});
