import { describe, expect, test } from "vitest";
import { composerAuth } from "../../../../src/scan/rule/composer-auth.ts";
import { read } from "./found.ts";
import { password } from "./made-secret.ts";

const severities = (content: unknown, path = "root/.composer/auth.json") =>
  read(composerAuth, JSON.stringify(content, undefined, 2), path)?.map(({ key, severity }) => [key, severity]);

describe("composer-auth", () => {
  test("finds the logins of all hosts, whatever their names", () => {
    const login = () => ({ username: "ci", password: password(24) });
    const logins = { "repo.corp.net": login(), "nexus:8081": login(), nexus: login() };
    expect(severities({ "http-basic": logins })).toEqual(Object.keys(logins).map((host) => [host, "error"]));
  });

  test("finds a consumer's secret, and tokens", () => {
    expect(
      severities({ "bitbucket-oauth": { "bitbucket.org": { "consumer-key": "x", "consumer-secret": password(32) } } }),
    ).toEqual([["bitbucket.org", "error"]]);
    expect(severities({ "gitlab-token": { "gitlab.corp.net": password(24) } })).toEqual([["gitlab.corp.net", "error"]]);
  });

  test("finds a host's login when the rest of the file is missing", () => {
    const text = `"repo.corp.net": {"password": "${password(24)}", "username": "ci"}`;
    expect(read(composerAuth, text, "app/auth.json")).toHaveLength(1);
  });

  test("passes over the texts of a login page", () => {
    for (const texts of [
      { login: { placeholder: { email: "Email address", password: "Enter password" } } },
      { signup: { username: "User name", password: "Choose-a-password" } },
      { "login.form": { email: "E-Mail", password: "Neues Kennwort" } },
      { reset: { password: "Nouveau mot de passe (8 caractères)" } },
    ]) {
      expect(severities(texts, "app/public/locales/en/auth.json")).toEqual([]);
    }
  });
});
