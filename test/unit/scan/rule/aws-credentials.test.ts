import { describe, expect, test } from "vitest";
import { awsCredentials } from "../../../../src/scan/rule/aws-credentials.ts";
import { found } from "./found.ts";
import { accessKeyId, alphabet, random, secretKey } from "./made-secret.ts";

function sessionToken(): string {
  return `IQoJb3JpZ2luX2VjE${random(alphabet.base64, 600)}==`;
}

describe("aws-credentials", () => {
  test("an id, its secret and its session token are one finding, at the secret", () => {
    const [id, secret, session] = [accessKeyId(), secretKey(), sessionToken()];
    for (const text of [
      `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\naws_session_token = ${session}\n`,
      `AWS_ACCESS_KEY_ID=${id}\0AWS_SECRET_ACCESS_KEY=${secret}\0AWS_SESSION_TOKEN=${session}\0`,
      JSON.stringify({ Credentials: { AccessKeyId: id, SecretAccessKey: secret, SessionToken: session } }),
      `declare -x AWS_SECRET_ACCESS_KEY="${secret}"\ndeclare -x AWS_SESSION_TOKEN="${session}"\ndeclare -x AWS_ACCESS_KEY_ID="${id}"\n`,
      `<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${session}</SessionToken>`,
    ]) {
      expect(found(awsCredentials, text)).toMatchObject([
        {
          value: secret,
          severity: "error",
          start: text.indexOf(secret),
          what: expect.stringContaining("session token"),
        },
      ]);
    }
  });

  test("finds a secret beside an id without any name, and a named secret without an id", () => {
    const [id, secret] = [accessKeyId(), secretKey()];
    expect(found(awsCredentials, `${id},${secret}\n`)).toMatchObject([{ value: secret, severity: "error" }]);
    expect(found(awsCredentials, `secretAccessKey: '${secret}'`)).toMatchObject([{ value: secret, severity: "error" }]);
  });

  test("an id alone, or a session token alone, is a warning", () => {
    const [id, session] = [accessKeyId(), sessionToken()];
    expect(found(awsCredentials, `key ${id} was used`)).toMatchObject([{ severity: "warning", key: "id" }]);
    expect(found(awsCredentials, `AWS_SESSION_TOKEN=${session}\n`)).toMatchObject([
      { severity: "warning", key: "token", value: session },
    ]);
  });

  test("two profiles are two findings", () => {
    const secrets = [secretKey(), secretKey()];
    const text = secrets
      .map((secret) => `aws_access_key_id=${accessKeyId()}\naws_secret_access_key=${secret}\n`)
      .join("\n");
    expect(
      found(awsCredentials, text)
        .map(({ value }) => value)
        .sort(),
    ).toEqual(secrets.sort());
  });

  test("passes over documentation, hashes, paths and longer runs", () => {
    for (const text of [
      "AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      "aws_secret_access_key = <your secret here>",
      `aws_secret_access_key = ${random(alphabet.hex, 40)}`,
      `aws_secret_access_key = ${"a".repeat(40)}`,
      `AKIA${"A".repeat(16)}`,
      `x${accessKeyId()}`,
      `${accessKeyId()}A`,
      "case-insensitive secret_access_key handling in botocore/credentials.py",
    ]) {
      expect(found(awsCredentials, text)).toEqual([]);
    }
    expect(found(awsCredentials, `${accessKeyId()} ${random(alphabet.hex, 40)}`)).toMatchObject([
      { severity: "warning" },
    ]);
    expect(found(awsCredentials, `${accessKeyId()} ${random(alphabet.base64, 60)}`)).toMatchObject([
      { severity: "warning" },
    ]);
  });

  test("what a manual prints of a program's questions is a warning, a tag is none of them", () => {
    const asked = `access_key_id> ${accessKeyId()}\nsecret_access_key> ${secretKey()}\n`;
    expect(found(awsCredentials, asked)).toMatchObject([{ severity: "warning", key: "secret" }]);
    const tagged = `<secret_access_key>${secretKey()}</secret_access_key>`;
    expect(found(awsCredentials, tagged)).toMatchObject([{ severity: "error" }]);
  });

  test("in a manual it is a warning, in a program that installs something an error", () => {
    const text = `aws_secret_access_key=${secretKey()}`;
    for (const path of ["opt/x/MANUAL.txt", "opt/x/USAGE", "opt/x/INSTALL.txt"])
      expect(found(awsCredentials, text, path)).toMatchObject([{ severity: "warning" }]);
    expect(found(awsCredentials, text, "opt/x/install.sh")).toMatchObject([{ severity: "error" }]);
  });

  test("in a folder of tests it is a warning, and in that of a package no more than an info", () => {
    const text = `aws_secret_access_key=${secretKey()}`;
    expect(found(awsCredentials, text, "srv/app/tests/unit/creds")).toMatchObject([{ severity: "warning" }]);
    expect(found(awsCredentials, text, "usr/lib/python3/botocore/tests/unit/creds")).toMatchObject([
      { severity: "info" },
    ]);
  });
});
