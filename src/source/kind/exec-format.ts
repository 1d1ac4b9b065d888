import { plain } from "../../identity/quoted.ts";
import { Secret } from "../../secret/secret.ts";
import { boxValue, refuseExpired } from "../value.ts";
import { readJson } from "./exec-json.ts";
import {
  isObject,
  type JsonObject,
  lowered,
  Numeral,
  type Output,
  type OutputReading,
  parseObject,
  refuse,
} from "./exec-output.ts";
import { partsOf } from "./exec-part.ts";

export type { ExecFormat } from "./exec-output.ts";

/**
 * Reads what a helper printed. No error of it holds any of the output, as JSON.parse's own would.
 * @throws SOURCE
 */
export function readOutput(bytes: Uint8Array, reading: OutputReading): Output {
  switch (reading.format) {
    case "raw":
      return readRaw(bytes, reading);
    case "json":
      return readJson(bytes, reading, () => wholeOf(bytes, reading));
    case "credential-process":
      return readCredentialProcess(bytes, reading);
    case "kubernetes-exec":
      return readKubernetesExec(bytes, reading);
  }
}

/** As a shell's `$(…)` would take it: without the line breaks at its end; or one line of it. */
function readRaw(bytes: Uint8Array, reading: OutputReading): Output {
  const value = reading.field === undefined ? wholeOf(bytes, reading) : lineOf(bytes, reading.field, reading);
  return { value, fields: new Map(), keys: partsOf(value) };
}

function wholeOf(bytes: Uint8Array, reading: OutputReading): Secret {
  let end = bytes.byteLength;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  return boxValue(reading.name, bytes.subarray(0, end), `The output of ${lowered(reading.place)}`);
}

/** `pass` and its kin keep the password in the first line, and what else belongs to it in the others. */
function lineOf(bytes: Uint8Array, field: string, reading: OutputReading): Secret {
  if (!/^[1-9]\d{0,5}$/.test(field)) {
    throw refuse(reading, `has no field ${plain(field, 80)}: of plain output \`field:\` is the number of a line`);
  }
  const lines = Buffer.from(bytes).toString("latin1").split(/\r?\n/);
  const line = lines[Number(field) - 1];
  if (line === undefined) throw refuse(reading, `printed fewer lines than ${field}`);
  return boxValue(
    reading.name,
    Buffer.from(line, "latin1"),
    `Line ${field} of the output of ${lowered(reading.place)}`,
  );
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
function readCredentialProcess(bytes: Uint8Array, reading: OutputReading): Output {
  const object = parseObject(bytes, reading);
  const version = object["Version"];
  if (!(version instanceof Numeral) || Number(version.text) !== 1)
    throw refuse(reading, "prints no credential_process answer: its Version is not 1");
  const parts = [
    ["access-key-id", "aws_access_key_id", textOf(object, "AccessKeyId", reading)],
    ["secret-access-key", "aws_secret_access_key", textOf(object, "SecretAccessKey", reading)],
    ["session-token", "aws_session_token", optionalTextOf(object, "SessionToken", reading)],
  ].filter((part): part is [string, string, string] => part[2] !== undefined);
  // They go into an ini file: a line break would make another key of it.
  if (!parts.every(([, , value]) => /^[\x21-\x7e]+$/.test(value))) {
    throw refuse(reading, "prints a credential with blanks or line breaks in it");
  }
  const fields = boxFields(
    parts.map(([field, , value]) => [field, value] as const),
    reading,
  );
  const profile = `[default]\n${parts.map(([, key, value]) => `${key} = ${value}\n`).join("")}`;
  return {
    value: pickField(fields, reading) ?? new Secret(reading.name, profile),
    fields,
    ...expiryOf(object, "Expiration", reading),
  };
}

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
function readKubernetesExec(bytes: Uint8Array, reading: OutputReading): Output {
  const object = parseObject(bytes, reading);
  const status = object["status"];
  if (object["kind"] !== "ExecCredential" || !isObject(status)) {
    throw refuse(reading, "prints no ExecCredential with a status");
  }
  const parts = [
    ["token", optionalTextOf(status, "token", reading)],
    ["client-certificate", optionalTextOf(status, "clientCertificateData", reading)],
    ["client-key", optionalTextOf(status, "clientKeyData", reading)],
  ].filter((part): part is [string, string] => part[1] !== undefined);
  const fields = new Map<string, Secret | string>(boxFields(parts, reading));
  const value = pickField(fields, reading) ?? fields.get("token");
  if (!(value instanceof Secret)) {
    const missing = "prints an ExecCredential without a token: pick another part of it with `field:`";
    throw refuse(reading, missing);
  }
  // A certificate is public: it goes to everybody that the key is shown to.
  const certificate = parts.find(([field]) => field === "client-certificate");
  if (certificate !== undefined && reading.field !== "client-certificate") fields.set(...certificate);
  return { value, fields, ...expiryOf(status, "expirationTimestamp", reading) };
}

function boxFields(parts: readonly (readonly [string, string])[], reading: OutputReading): Map<string, Secret> {
  return new Map(parts.map(([field, value]) => [field, new Secret(`${reading.name}-${field}`, value)]));
}

function pickField(fields: ReadonlyMap<string, Secret | string>, reading: OutputReading): Secret | undefined {
  if (reading.field === undefined) return undefined;
  const field = fields.get(reading.field);
  if (field instanceof Secret) return new Secret(reading.name, field.expose());
  throw refuse(
    reading,
    `gives no field ${plain(reading.field, 80)} (it has ${[...fields.keys()].join(", ") || "none"})`,
  );
}

function textOf(object: JsonObject, key: string, reading: OutputReading): string {
  const text = optionalTextOf(object, key, reading);
  if (text === undefined) throw refuse(reading, `gives no ${key}`);
  return text;
}

function optionalTextOf(object: JsonObject, key: string, reading: OutputReading): string | undefined {
  const value = object[key];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw refuse(reading, `gives a ${key} that is not a text`);
  return value;
}

function expiryOf(object: JsonObject, key: string, reading: OutputReading): { expiresAt?: Date } {
  const text = optionalTextOf(object, key, reading);
  if (text === undefined) return {};
  const expiresAt = new Date(text);
  if (Number.isNaN(expiresAt.getTime())) throw refuse(reading, `gives a ${key} that is not a time`);
  refuseExpired(expiresAt, reading.place, reading.nowMs);
  return { expiresAt };
}
