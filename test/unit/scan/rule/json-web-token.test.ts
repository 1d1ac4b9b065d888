import { describe, expect, test } from "vitest";
import { jsonWebToken } from "../../../../src/scan/rule/json-web-token.ts";
import { found } from "./found.ts";
import { alphabet, now, random, token } from "./made-secret.ts";

describe("json-web-token", () => {
  test.each<[string, Record<string, unknown>]>([
    [
      "an AWS web identity token of a Kubernetes service account (IRSA)",
      {
        iss: "https://oidc.eks.us-west-2.amazonaws.com/id/A",
        aud: ["sts.amazonaws.com"],
        sub: "system:serviceaccount:ci:runner",
      },
    ],
    [
      "a Kubernetes service account token",
      { iss: "https://kubernetes.default.svc", sub: "system:serviceaccount:ci:runner" },
    ],
    ["a Kubernetes service account token", { iss: "kubernetes/serviceaccount" }],
    [
      "a GitHub Actions identity token",
      { iss: "https://token.actions.githubusercontent.com", sub: "repo:a/b:ref:refs/heads/main" },
    ],
    ["a GitLab identity token", { iss: "https://gitlab.com", sub: "project_path:a/b" }],
    ["a GitLab identity token", { iss: "https://git.company.test", project_path: "a/b", pipeline_id: "1" }],
    ["a CircleCI identity token", { iss: "https://oidc.circleci.com/org/1" }],
    ["a Hugging Face token", { iss: "https://huggingface.co" }],
    ["a JSON Web Token", { iss: "https://login.company.test" }],
  ])("says that it is %s", (what, claims) => {
    const value = token({ ...claims, exp: now + 3600 });
    const text = `Authorization: Bearer ${value}\n`;
    expect(found(jsonWebToken, text)).toMatchObject([{ what, value, severity: "error", start: 22 }]);
    expect(found(jsonWebToken, `"${token({ ...claims, exp: now - 1 })}"`)).toMatchObject([
      { what: `${what}, expired`, severity: what === "a JSON Web Token" ? "info" : "warning" },
    ]);
  });

  test("one without an expiry lives for ever: an error where the issuer is known, else a warning", () => {
    expect(found(jsonWebToken, token({ iss: "kubernetes/serviceaccount" }))).toMatchObject([{ severity: "error" }]);
    expect(found(jsonWebToken, token({ iss: "someone" }))).toMatchObject([{ severity: "warning" }]);
  });

  test("is found whatever its header begins with", () => {
    for (const header of [
      { alg: "HS256" },
      { typ: "JWT", alg: "HS256" },
      { kid: "1", alg: "RS256" },
      { x5t: "a", alg: "RS256" },
    ]) {
      expect(found(jsonWebToken, token({ iss: "a", exp: now + 1 }, header))).toHaveLength(1);
    }
  });

  test("passes over what is no token, the token of all documentation, and tokens inside others", () => {
    for (const text of [
      token({ sub: "1234567890", name: "John Doe", iat: 1516239022 }),
      `eyJ${random(alphabet.base64url, 30)}.eyJ${random(alphabet.base64url, 30)}.${random(alphabet.base64url, 43)}`,
      token({ iss: "a" }, { typ: "no algorithm" }),
      token({ iss: "a", exp: now + 1 })
        .split(".")
        .slice(0, 2)
        .join("."),
      `hf_jwt_${token({ iss: "https://huggingface.co", exp: now + 60 })}`,
      `ghs_12_${token({ iss: "1", exp: now + 60 })}`,
    ]) {
      expect(found(jsonWebToken, text)).toEqual([]);
    }
  });
});
