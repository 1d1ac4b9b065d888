import { SealError } from "../../error.ts";
import { plain } from "../../identity/quoted.ts";
import { Secret } from "../../secret/secret.ts";
import { boxValue, refuseExpired } from "../value.ts";

export type ExecFormat = "raw" | "json" | "credential-process" | "kubernetes-exec";

export type OutputReading = {
  readonly name: string;
  /** A noun phrase that begins a sentence. */
  readonly place: string;
  readonly format: ExecFormat;
  readonly field: string | undefined;
  readonly nowMs: number;
};

export type Output = {
  readonly value: Secret;
  readonly fields: ReadonlyMap<string, Secret | string>;
  readonly expiresAt?: Date;
};

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads what a helper printed. No error of it holds any of the output, as JSON.parse's own would.
 * @throws SOURCE
 */
export function readOutput(bytes: Uint8Array, reading: OutputReading): Output {
  switch (reading.format) {
    case "raw":
      return readRaw(bytes, reading);
    case "json":
      return readJson(bytes, reading);
    case "credential-process":
      return readCredentialProcess(bytes, reading);
    case "kubernetes-exec":
      return readKubernetesExec(bytes, reading);
  }
}

/** As a shell's `$(…)` would take it: without the line breaks at its end. */
function readRaw(bytes: Uint8Array, reading: OutputReading): Output {
  let end = bytes.byteLength;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  return {
    value: boxValue(reading.name, bytes.subarray(0, end), `The output of ${lowered(reading.place)}`),
    fields: new Map(),
  };
}

function readJson(bytes: Uint8Array, reading: OutputReading): Output {
  const object = parseObject(bytes, reading);
  if (reading.field !== undefined) return { value: pick(object, reading.field, reading), fields: new Map() };
  const texts = Object.entries(object).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== "",
  );
  return { value: readRaw(bytes, reading).value, fields: boxFields(texts, reading) };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
function readCredentialProcess(bytes: Uint8Array, reading: OutputReading): Output {
  const object = parseObject(bytes, reading);
  if (object["Version"] !== 1) throw refuse(reading, "prints no credential_process answer: its Version is not 1");
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

function pick(object: JsonObject, path: string, reading: OutputReading): Secret {
  const found = Object.hasOwn(object, path) ? object[path] : path.split(".").reduce(child, object as unknown);
  const shown = plain(path, 80);
  if (found === undefined) throw refuse(reading, `prints JSON without the field ${shown}`);
  if (typeof found !== "string" && typeof found !== "number")
    throw refuse(reading, `prints JSON whose field ${shown} is not a text`);
  return boxValue(
    reading.name,
    new TextEncoder().encode(String(found)),
    `The field ${shown} of ${lowered(reading.place)}`,
  );
}

function child(parent: unknown, key: string): unknown {
  if (Array.isArray(parent) && /^\d+$/.test(key)) return parent[Number(key)];
  return isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function parseObject(bytes: Uint8Array, reading: OutputReading): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse(reading, bytes.byteLength === 0 ? "printed nothing" : "did not print JSON");
  }
  if (!isObject(value)) throw refuse(reading, "printed JSON that is not an object");
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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

function refuse(reading: OutputReading, what: string): SealError {
  return new SealError(
    "SOURCE",
    `${reading.place} ${what}.`,
    `Run it by hand, and check \`format: ${reading.format}\` and \`field:\`.`,
  );
}

function lowered(place: string): string {
  return place.charAt(0).toLowerCase() + place.slice(1);
}
