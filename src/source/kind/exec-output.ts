import { SealError } from "../../error.ts";
import type { Secret } from "../../secret/secret.ts";

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
  /** Sentences for the user. */
  readonly notices?: readonly string[];
};

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws SealError SOURCE */
export function parseObject(bytes: Uint8Array, reading: OutputReading): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw refuse(reading, bytes.byteLength === 0 ? "printed nothing" : "did not print JSON");
  }
  if (!isObject(value)) throw refuse(reading, "printed JSON that is not an object");
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function refuse(reading: OutputReading, what: string): SealError {
  return new SealError(
    "SOURCE",
    `${reading.place} ${what}.`,
    `Run it by hand, and check \`format: ${reading.format}\` and \`field:\`.`,
  );
}

export function lowered(place: string): string {
  return place.charAt(0).toLowerCase() + place.slice(1);
}
