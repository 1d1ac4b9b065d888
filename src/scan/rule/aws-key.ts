import { Secret } from "../../secret/secret.ts";
import type { IssuedKey } from "../rule.ts";

const keyId = /(?<![A-Za-z0-9/+])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9/+=])/g;
const secretName = /secret_?-?access_?-?key|aws_?secret_?key/gi;
const sessionToken =
  /(?:IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz)(?:[A-Za-z0-9/+]|\\\/|%2[FBfb]){180,4000}(?:=|%3[Dd]){0,2}/g;

/**
 * The secret key at a place of a text with its id and its session token, as AWS takes them: the nearest id, and the one
 * before it rather than the one behind, if no other secret key lies between. Undefined where one of its parts is not there: a
 * temporary key is none without its token.
 */
export function keyAround(text: string, start: number, end: number): IssuedKey | undefined {
  const { from, to } = ownPart(text, start, end);
  const ids = [...text.slice(from, to).matchAll(keyId)].map((match) => ({ id: match[0], at: from + match.index }));
  const found = ids.findLast(({ at }) => at < start) ?? ids.find(({ at }) => at >= end);
  if (found === undefined) return undefined;
  const id = Buffer.from(found.id, "latin1").toString("latin1");
  const secret = new Secret("an AWS secret access key", plain(text.slice(start, end)));
  if (id.startsWith("AKIA")) return { issuer: "aws", id, secret };
  const tokens = [...text.slice(from, to).matchAll(sessionToken)].map((match) => ({
    token: match[0],
    at: from + match.index,
  }));
  const token = tokens.find(({ at }) => at >= end) ?? tokens.findLast(({ at }) => at < start);
  if (token === undefined) return undefined;
  return { issuer: "aws", id, secret, token: new Secret("an AWS session token", plain(token.token)) };
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
