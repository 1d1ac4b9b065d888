import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SealError } from "../../../../src/error.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import { type ExecFormat, readOutput } from "../../../../src/source/kind/exec-format.ts";
import { inSeconds, now } from "../../identity/fake-host.ts";

function read(output: unknown, format: ExecFormat, field?: string) {
  const text = typeof output === "string" ? output : JSON.stringify(output);
  return readOutput(new TextEncoder().encode(text), {
    name: "it",
    place: 'The command "x" of the secret it',
    format,
    field,
    nowMs: now,
  });
}

const texts = (fields: ReadonlyMap<string, Secret | string>) =>
  Object.fromEntries(
    [...fields].map(([name, field]) => [name, field instanceof Secret ? field.exposeText() : { plain: field }]),
  );

const id = `AKIA${randomBytes(8).toString("hex")}`;
const key = randomBytes(20).toString("hex");
const session = randomBytes(40).toString("hex");

describe("JSON", () => {
  const answer = {
    token: "t0ken",
    empty: "",
    data: { data: { password: "pa55", port: 5432, "a.b": "dotted" } },
    list: [{ v: "one" }],
  };

  test("gives the field that was picked, by its name or its path", () => {
    expect(read(answer, "json", "token").value.exposeText()).toBe("t0ken");
    expect(read(answer, "json", "data.data.password").value.exposeText()).toBe("pa55");
    expect(read(answer, "json", "data.data.port").value.exposeText()).toBe("5432");
    expect(read(answer, "json", "list.0.v").value.exposeText()).toBe("one");
    expect(read({ "a.b": "dotted" }, "json", "a.b").value.exposeText()).toBe("dotted");
  });

  test("is the whole text if none is picked, with its texts as fields", () => {
    const output = read(`${JSON.stringify(answer)}\n`, "json");
    expect(output.value.exposeText()).toBe(JSON.stringify(answer));
    expect(texts(output.fields)).toEqual({ token: "t0ken" });
    expect(output.fields.get("token")).toHaveProperty("name", "it-token");
  });

  test.each([
    ["", undefined, "printed nothing"],
    ["token", undefined, "did not print JSON"],
    ["[1]", undefined, "not an object"],
    [answer, "missing", "without the field missing"],
    [answer, "data", "whose field data is not a text"],
    [answer, "constructor", "without the field constructor"],
    [answer, "empty", "is empty"],
  ])("is refused if it does not hold that (%#)", (output, field, sentence) => {
    expect(() => read(output, "json", field)).toThrow(sentence);
  });
});

describe("AWS's credential_process", () => {
  const answer = {
    Version: 1,
    AccessKeyId: id,
    SecretAccessKey: key,
    SessionToken: session,
    Expiration: new Date(inSeconds(900) * 1000).toISOString(),
  };

  test("gives the three parts, a credentials file as the whole, and its end", () => {
    const output = read(answer, "credential-process");
    expect(texts(output.fields)).toEqual({ "access-key-id": id, "secret-access-key": key, "session-token": session });
    expect(output.value.exposeText()).toBe(
      `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${key}\naws_session_token = ${session}\n`,
    );
    expect(output.expiresAt).toEqual(new Date(now + 900_000));
  });

  test("may be static keys, and one part may be picked", () => {
    const { SessionToken: _, Expiration: __, ...keys } = answer;
    const output = read(keys, "credential-process", "secret-access-key");
    expect(output.value.exposeText()).toBe(key);
    expect(output.value.name).toBe("it");
    expect(output.expiresAt).toBeUndefined();
  });

  test.each([
    [{ ...answer, Version: 2 }, undefined, "its Version is not 1"],
    [{ ...answer, SecretAccessKey: undefined }, undefined, "gives no SecretAccessKey"],
    [{ ...answer, AccessKeyId: 5 }, undefined, "AccessKeyId that is not a text"],
    [{ ...answer, SessionToken: "a\nrole_arn = x" }, undefined, "line breaks"],
    [{ ...answer, Expiration: "soon" }, undefined, "Expiration that is not a time"],
    [{ ...answer, Expiration: new Date(inSeconds(-600) * 1000).toISOString() }, undefined, "expired 10 minutes ago"],
    [answer, "password", "no field password (it has access-key-id, secret-access-key, session-token)"],
  ])("is refused if it is not that (%#)", (output, field, sentence) => {
    expect(() => read(output, "credential-process", field)).toThrow(sentence);
  });
});

describe("Kubernetes' ExecCredential", () => {
  const status = {
    token: "t0ken",
    clientCertificateData: "CERT",
    clientKeyData: "KEY",
    expirationTimestamp: "2026-03-01T13:00:00Z",
  };
  const answer = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };

  test("gives the token, the key as a secret field and the certificate as what it is: public", () => {
    const output = read(answer, "kubernetes-exec");
    expect(output.value.exposeText()).toBe("t0ken");
    expect(texts(output.fields)).toEqual({
      token: "t0ken",
      "client-certificate": { plain: "CERT" },
      "client-key": "KEY",
    });
    expect(output.expiresAt).toEqual(new Date("2026-03-01T13:00:00Z"));
  });

  test("without a token needs to be told which part is wanted", () => {
    const { token: _, ...pair } = status;
    expect(() => read({ ...answer, status: pair }, "kubernetes-exec")).toThrow("without a token");
    expect(read({ ...answer, status: pair }, "kubernetes-exec", "client-key").value.exposeText()).toBe("KEY");
    expect(() => read({ ...answer, kind: "Other" }, "kubernetes-exec")).toThrow("no ExecCredential");
    expect(() => read({ ...answer, status: undefined }, "kubernetes-exec")).toThrow("no ExecCredential");
  });
});

test("no error of any format holds what was printed", () => {
  const formats = fc.constantFrom<ExecFormat>("raw", "json", "credential-process", "kubernetes-exec");
  const canary = randomBytes(12).toString("hex");
  const holding = fc.constantFrom(
    canary,
    `{"${canary}`,
    JSON.stringify({ token: { deep: canary } }),
    JSON.stringify([canary]),
    JSON.stringify({ Version: canary, AccessKeyId: canary }),
    JSON.stringify({ Version: 1, AccessKeyId: `${canary} ${canary}`, SecretAccessKey: canary }),
    JSON.stringify({ Version: 1, AccessKeyId: canary, SecretAccessKey: canary, Expiration: canary }),
    JSON.stringify({ kind: "ExecCredential", status: { token: canary, expirationTimestamp: canary } }),
    JSON.stringify({ kind: canary, status: canary }),
  );
  fc.assert(
    fc.property(
      formats,
      holding,
      fc.option(fc.constantFrom("token", "x"), { nil: undefined }),
      (format, output, field) => {
        try {
          read(output, format, field);
        } catch (error) {
          expect(error).toBeInstanceOf(SealError);
          const { message, remedy, cause } = error as SealError;
          expect(`${message} ${remedy} ${String(cause)} ${String((error as Error).stack)}`).not.toContain(canary);
        }
      },
    ),
  );
});
