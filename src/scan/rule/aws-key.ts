import { Secret } from "../../secret/secret.ts";
import type { IssuedKey } from "../rule.ts";

const keyId = /(?<![A-Za-z0-9/+])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9/+=])/g;
const secretName = /secret_?-?access_?-?key|aws_?secret_?key/gi;
const sessionToken =
  /(?:IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz)(?:[A-Za-z0-9/+]|\\\/|%2[FBfb]){180,4000}(?:=|%3[Dd]){0,2}/g;

/**
 * The secret key at a place of a text with its id and its session token, as AWS takes them. Undefined where one of its parts is not
 * there: a temporary key is none without its token.
 */
export function keyAround(text: string, start: number, end: number): IssuedKey | undefined {
  const { id, token } = partsAround(text, start, end);
  if (id === undefined) return undefined;
  const secret = new Secret("an AWS secret access key", plain(text.slice(start, end)));
  if (id.startsWith("AKIA")) return { issuer: "aws", id, secret };
  return token === undefined
    ? undefined
    : { issuer: "aws", id, secret, token: new Secret("an AWS session token", plain(token)) };
}

/**
 * What belongs to the secret key at a place of a text, as it is written there: the nearest id, and the one before it rather than the one
 * behind, and the nearest session token, if no other secret key lies between.
 */
export function partsAround(text: string, start: number, end: number): { id?: string; token?: string } {
  const { from, to } = ownPart(text, start, end);
  const found = (pattern: RegExp) =>
    [...text.slice(from, to).matchAll(pattern)].map((match) => ({ text: match[0], at: from + match.index }));
  const [ids, tokens] = [found(keyId), found(sessionToken)];
  const id = ids.findLast(({ at }) => at < start) ?? ids.find(({ at }) => at >= end);
  const token = tokens.find(({ at }) => at >= end) ?? tokens.findLast(({ at }) => at < start);
  return {
    ...(id !== undefined && { id: copied(id.text) }),
    ...(token !== undefined && { token: copied(token.text) }),
  };
}

/** A part of a string keeps the whole alive. */
function copied(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** Between the secret keys before and behind this one, by their names; its own name stands right before it. */
function ownPart(text: string, start: number, end: number): { from: number; to: number } {
  const names = [...text.matchAll(secretName)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
  }));
  const own = names.findLast((name) => name.end <= start && name.end > start - 32);
  const before = names.findLast((name) => name.end <= (own?.at ?? start));
  const behind = names.find((name) => name.at >= end);
  return { from: before?.end ?? 0, to: behind?.at ?? text.length };
}

/** In addresses and in PHP's JSON some characters are written as escapes. */
function plain(written: string): string {
  return written
    .replace(/%2[Ff]/g, "/")
    .replace(/%2[Bb]/g, "+")
    .replace(/%3[Dd]/g, "=")
    .replaceAll("\\/", "/");
}
