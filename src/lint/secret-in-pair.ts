import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import { decode } from "../dockerfile/text.ts";
import { type CredentialName, credentialName } from "../migrate/secret-name.ts";
import { secretsIn } from "./secret-shape.ts";
import { isFingerprint, isRandom, plainValue } from "./secret-value.ts";
import { type LinePiece, type PairPiece, partOf } from "./written-command.ts";

/** A secret in the value of an ARG or ENV: what it is and where. */
export type PairSecret = { readonly what: string; readonly place: LinePiece; readonly doubtful: boolean };

export function nameOfPair({ name }: PairPiece): string {
  return decode(name.replace(/["']/g, ""));
}

/** The secrets in a pair's value: by their shape, else for its randomness under a credential's name. URLs have a rule of their own. */
export function secretsInPair(
  instruction: Instruction,
  pair: PairPiece,
  escapeToken: Dockerfile["escape"],
): readonly PairSecret[] {
  const { value } = pair;
  if (value === undefined || value.text.length < 12) return [];
  const shaped = secretsIn(value.text);
  if (shaped.length > 0) {
    return shaped
      .filter(({ kind }) => kind !== "url")
      .map(({ what, start, end, doubtful }) => ({ what, doubtful, place: partOf(instruction, value, start, end) }));
  }
  const credential = credentialName(nameOfPair(pair));
  if (credential === undefined || credential.grade === "part") return [];
  const plain = plainValue(value.text, escapeToken);
  if (!isRandom(plain) || plain.includes("$") || namesKeyOf(credential, plain)) return [];
  return [{ what: `what looks like ${credential.what}`, place: value, doubtful: credential.grade === "likely" }];
}

/** A signing key, say, that is told by its fingerprint. A secret or private key in hex digits looks like one, and is none. */
export function namesKeyOf({ what }: CredentialName, value: string): boolean {
  return /(?:signing|SSH|RSA|licen[cs]e|product) key/.test(what) && isFingerprint(value);
}
