import { randomBytes, randomInt, randomUUID } from "node:crypto";
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

/** No digit is in it, as in one of many random values. */
const letters = (length: number) => Array.from({ length }, () => String.fromCharCode(0x61 + randomInt(26))).join("");

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

  test("is the whole text if none is picked, with each text in it as a field, by its path", () => {
    const output = read(`${JSON.stringify(answer)}\n`, "json");
    expect(output.value.exposeText()).toBe(JSON.stringify(answer));
    expect(texts(output.fields)).toEqual({
      token: "t0ken",
      "data.data.password": "pa55",
      "data.data.a.b": "dotted",
      "list.0.v": "one",
    });
    expect(output.fields.get("data.data.password")).toHaveProperty("name", "it-data.data.password");
    expect(output.keys).toEqual([]);
  });

  test("has fields that are no secret: whose it is, where it is good and until when", () => {
    const tenant = randomUUID();
    const lease = {
      request_id: randomUUID(),
      lease_duration: 3_600_000,
      data: { username: "v-ci", password: key, host: "db-1.eu.example.com", url: "postgres://db.example.com/app" },
      auth: { accessToken: session, tokenType: "Bearer", tenant, policies: ["default", "ci-read"], clientId: tenant },
    };
    expect(texts(read(lease, "json").fields)).toEqual({
      request_id: { plain: lease.request_id },
      lease_duration: { plain: "3600000" },
      "data.username": { plain: "v-ci" },
      "data.password": key,
      "data.host": { plain: "db-1.eu.example.com" },
      "data.url": { plain: "postgres://db.example.com/app" },
      "auth.accessToken": session,
      "auth.tokenType": { plain: "Bearer" },
      "auth.tenant": { plain: tenant },
      "auth.policies.0": { plain: "default" },
      "auth.policies.1": { plain: "ci-read" },
      "auth.clientId": { plain: tenant },
    });
  });

  test.each([
    ["a name that nobody knows", { thing: "correct-horse" }],
    ["a random text, whatever its name", { username: `x${key}` }],
    ["an address with a login", { url: "postgres://app:horse@db.example.com/app" }],
    ["an address with a signature", { endpoint: "https://x.example.com/?sig=horse" }],
    ["a connection's words", { server: "Server=x;Password=horse" }],
    ["an id whose name says that it is secret", { secret_id: randomUUID() }],
    ["the id of a key", { AccessKeyId: "horse-id" }],
    ["a name that only ends like an id", { paid: "correct-horse" }],
    ["a long number", { pin: 12_345_678 }],
    ["a list under such a name", { keys: ["correct-horse"] }],
    [
      "an address that holds a word of letters",
      { url: `https://hooks.example.com/services/T0/${letters(12)}${letters(12).toUpperCase()}` },
    ],
    ["a long word of letters", { account: letters(32) }],
    ["the id of an access key", { user: `AKIA${letters(16).toUpperCase()}` }],
    ["the id of an AppRole", { role_id: randomUUID() }],
    ["a name whose last word nobody knows", { secretObject: "correct-horse" }],
  ])("keeps secret %s", (_, object) => {
    const fields = [...read(object, "json").fields.values()];
    expect(fields.map((field) => field instanceof Secret)).toEqual([true]);
  });

  test("loses no text of two that have the same path", () => {
    const { fields, keys } = read({ "a.b": "correct", a: { b: "horse" } }, "json");
    expect([texts(fields), keys!.map((one) => one.exposeText())]).toEqual([{ "a.b": "correct" }, ["horse"]]);
  });

  test.each(["12345678901234567890", "1.50", "1e3", "-0.0", "123456789012345678901234567890.123"])(
    "gives the number %s as it was printed",
    (number) => {
      expect(read(`{"a":{"pin":${number}}}`, "json", "a.pin").value.exposeText()).toBe(number);
    },
  );

  test("that is printed as plain output has its secret texts masked and searched for beside the whole", () => {
    const text = JSON.stringify({ data: { username: "v-ci", password: key, port: 5432 }, note: "short" });
    const { value, fields, keys } = read(text, "raw");
    expect([value.exposeText(), fields.size]).toEqual([text, 0]);
    expect(keys!.map((one) => [one.name, one.exposeText() === key])).toEqual([["it-data.password", true]]);
    expect(read(JSON.stringify([{ name: "ci", value: key }]), "raw").keys!.map((one) => one.name)).toEqual([
      "it-0.value",
    ]);
    for (const other of ["plain", `{"half": "${key}`]) expect(read(other, "raw").keys).toEqual([]);
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
