import { overlapsAny } from "./overlap.ts";
import { isLikely, isLikelyToken, isPlaceholder } from "./placeholder.ts";
import { type Shape, shapes } from "./secret-shape-table.ts";
import type { ShapedSecret } from "./shaped-secret.ts";
import { urlCredentialsIn } from "./url-credentials.ts";

/**
 * The secrets in a text, in order, without overlap; one in a URL's `user:password@` is of the kind `url`. What stands
 * in documentation in place of a secret (AKIAIOSFODNN7EXAMPLE, `ghp_xxxx…`, `$TOKEN`) is none. All shapes are ASCII,
 * so a text may have one character a byte as well. Linear in the text.
 */
export function secretsIn(text: string): readonly ShapedSecret[] {
  if (!mayHoldSecret(text)) return [];
  const urls = urlCredentialsIn(text);
  const found: ShapedSecret[] = [];
  for (let match = nextPrefix(text, 0); match !== undefined; ) {
    const secret = secretAt(text, match.at, match.prefix);
    if (secret !== undefined && !overlapsAny(urls, secret.start, secret.end)) found.push(secret);
    match = nextPrefix(text, secret === undefined ? match.at + 1 : Math.max(secret.end, match.at + 1));
  }
  const known = [...found, ...urls].sort(byStart);
  return [...known, ...awsSecretsIn(text, known)].sort(byStart);
}

function byStart(a: ShapedSecret, b: ShapedSecret): number {
  return a.start - b.start;
}

/** Whether a text may hold a secret: quick, and wrong in one direction only. */
export function mayHoldSecret(text: string): boolean {
  return text.includes("://") || nextPrefix(text, 0) !== undefined || AWS_SECRET_NAME.test(text);
}

const byPrefix = new Map<string, readonly Shape[]>();
for (const shape of shapes) {
  for (const prefix of shape.prefixes) byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), shape]);
}

// not in the middle of a word, and none in a variable's name
const PREFIX = new RegExp(
  `(?<![A-Za-z0-9_])(?:${[...byPrefix.keys()].map((prefix) => prefix.replace(/[.]/g, "\\.")).join("|")})`,
  "g",
);

function nextPrefix(text: string, from: number): { readonly at: number; readonly prefix: string } | undefined {
  PREFIX.lastIndex = from;
  const found = PREFIX.exec(text);
  return found === null ? undefined : { at: found.index, prefix: found[0] };
}

/** Bits a character: less is a word, a pattern or a row of one character. */
const LOWEST_ENTROPY = 3;

function secretAt(text: string, at: number, prefix: string): ShapedSecret | undefined {
  for (const { kind, what, pattern, doubtful = false } of byPrefix.get(prefix)!) {
    pattern.lastIndex = at;
    const value = pattern.exec(text)?.[0];
    if (value === undefined) continue;
    const secret = { kind, what, start: at, end: at + value.length, doubtful };
    if (kind === "private-key") return privateKeyAt(text, secret);
    if (kind === "jwt" && isShownToken(value)) return undefined;
    if (!isLikelyToken(value.slice(prefix.length), kind === "aws-access-key-id" ? 2.5 : LOWEST_ENTROPY))
      return undefined;
    return secret;
  }
  return undefined;
}

/** A header alone is how a program looks for keys: there must be a body, the line ends of which may be spelt out. */
function privateKeyAt(text: string, header: ShapedSecret): ShapedSecret | undefined {
  const window = text.slice(header.end, header.end + LONGEST_KEY);
  const footer = window.indexOf("-----END ");
  const body = window.slice(0, footer < 0 ? 600 : Math.min(footer, 600)).replace(/\\[rn]|[\s"'\\,]/g, "");
  const random = body.startsWith(OPENSSH) ? body.slice(OPENSSH_HEADER) : body;
  if (!/[A-Za-z0-9+/]{48}/.test(body) || !isLikelyToken(random, 4)) return undefined;
  return { ...header, end: footer < 0 ? header.end : header.end + footer };
}

/**
 * An OpenSSH key begins with its format (openssh-key-v1, none, none …), most of which are zeros, that is `A`s; after so
 * many characters there are random ones in it, whatever its type.
 */
const OPENSSH = "b3BlbnNzaC1rZXktdjE";
const OPENSSH_HEADER = 120;

/** An RSA key of 8192 bits has 6400 characters. */
const LONGEST_KEY = 8000;

/** The token of jwt.io, and whatever has no algorithm in its header. */
function isShownToken(value: string): boolean {
  const [header = "", claims = ""] = value.split(".").map((part) => Buffer.from(part, "base64url").toString("utf8"));
  return !header.includes('"alg"') || claims.includes('"1234567890"');
}

const AWS_SECRET_NAME = /secret_?access_?key/i;
const AWS_SECRET = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;
const NAMED_AWS_SECRET = /secret_?access_?key["'\\\s:=>,]{1,12}(?=([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=]))/gi;
/** A key's id and its secret stand this near to each other. */
const NEAR = 512;

/** Secret keys have no shape of their own: they are known by their name, or by a key's id nearby. */
function awsSecretsIn(text: string, others: readonly ShapedSecret[]): ShapedSecret[] {
  const starts = new Set<number>();
  for (const match of text.matchAll(NAMED_AWS_SECRET)) {
    if (looksLikeAwsSecret(match[1]!)) starts.add(match.index + match[0].length);
  }
  let searched = 0;
  for (const { kind, start, end } of others) {
    if (kind !== "aws-access-key-id") continue;
    const from = Math.max(searched, start - NEAR);
    for (const match of text.slice(from, end + NEAR).matchAll(AWS_SECRET)) {
      if (looksLikeAwsSecret(match[0])) starts.add(from + match.index);
    }
    searched = Math.max(searched, start);
  }
  const isFree = (start: number) => !overlapsAny(others, start, start + 40);
  return [...starts].filter(isFree).map((start) => ({
    kind: "aws-secret-access-key",
    what: "an AWS secret access key",
    start,
    end: start + 40,
    doubtful: false,
  }));
}

/** 30 random bytes in base64: no hash in hex, no path, no row of words. */
function looksLikeAwsSecret(value: string): boolean {
  return (
    /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) && !isPlaceholder(value) && isLikely(value, 4.2)
  );
}
