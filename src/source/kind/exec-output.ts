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
  /** Parts that are secret, and no fields. */
  readonly keys?: readonly Secret[];
  readonly expiresAt?: Date;
  /** Sentences for the user. */
  readonly notices?: readonly string[];
};

export type JsonObject = Readonly<Record<string, unknown>>;

/** A number as it was printed: JavaScript's own makes another one of `1.50`, and of what has more than 15 digits. */
export class Numeral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * An object in JSON; its numbers are `Numeral`s.
 * @throws SealError SOURCE
 */
export function parseObject(bytes: Uint8Array, reading: OutputReading): JsonObject {
  const value = parseJson(bytes);
  if (value === undefined) throw refuse(reading, bytes.byteLength === 0 ? "printed nothing" : "did not print JSON");
  if (!isObject(value)) throw refuse(reading, "printed JSON that is not an object");
  return value;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseText(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** `undefined` for what is no JSON. */
export function parseText(text: string): unknown {
  const keepNumber = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" ? new Numeral(context?.source ?? String(value)) : value;
  try {
    return JSON.parse(text, keepNumber);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Numeral);
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
