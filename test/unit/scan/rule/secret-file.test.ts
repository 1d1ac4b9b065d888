import { describe, expect, test } from "vitest";
import { secretFile } from "../../../../src/scan/rule/secret-file.ts";
import { read } from "./found.ts";
import { alphabet, password, random } from "./made-secret.ts";

const base64 = (length: number) => random(alphabet.base64, length);

describe("secret-file", () => {
  test("passes over what is encrypted, and over references to where a secret lies", () => {
    for (const value of [
      `ENC(${base64(32)})`,
      `{cipher}${random(alphabet.hex, 64)}`,
      "ssm:/prod/Api-Key1",
      "AWS_SM:prod/Db-Creds1",
      "vault:secret/data/app2#Token",
      "@oauth.secret@",
      "@dbPassword@",
      "projects/p1/secrets/Jwt-Sec/versions/2",
    ]) {
      expect(read(secretFile, `db.password=${value}\n`, "app/application.properties"), value).toEqual([]);
      expect(read(secretFile, `password: "${value}"\n`, "app/application.yml"), value).toEqual([]);
    }
  });

  test("a value that only begins like one of them is found", () => {
    for (const value of [
      `ENC${password(20)}`,
      `@${password(16)}@`,
      `vault:${password(20)}`,
      `projects/${password(20)}`,
    ])
      expect(read(secretFile, `db.password=${value}\n`, "app/application.properties"), value).toHaveLength(1);
  });

  test("words that a sign parts are no random value", () => {
    const text = "label.token=Token-Name\nheader.token=X-Access-Token\n";
    expect(read(secretFile, text, "app/application-messages.properties")).toMatchObject([
      { severity: "warning" },
      { severity: "warning" },
    ]);
  });

  const sealed = (value: string) =>
    `kind: SealedSecret\nspec:\n  encryptedData:\n    password: ${value}\n    token: ${value}\n  template:\n    type: Opaque\n`;

  test("passes over a sealed secret", () => {
    const value = `Ag${base64(90)}`;
    expect(read(secretFile, sealed(value), "k8s/secret.yaml")).toEqual([]);
    const json = JSON.stringify({ kind: "SealedSecret", spec: { encryptedData: { password: value } } }, undefined, 2);
    expect(read(secretFile, json, "k8s/secret.json")).toEqual([]);
  });

  test("finds a plain one beside it, where it stands", () => {
    const value = password(24);
    const text = `${sealed(`Ag${base64(90)}`)}---\nkind: Secret\nstringData:\n  password: ${value}\n`;
    expect(read(secretFile, text, "k8s/secret.yaml")).toMatchObject([
      { value, severity: "error", start: text.indexOf(value) },
    ]);
  });
});
