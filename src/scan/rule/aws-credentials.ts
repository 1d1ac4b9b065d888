import { endsOnly, lengthOnly } from "../../finding/redact.ts";
import { isExamplePath, isLikely } from "../likely.ts";
import { type ContentRule, matchAt, type RuleContext, type Verdict } from "../rule.ts";

const accessKeyId = /(?<![A-Za-z0-9/+_])(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}(?![A-Za-z0-9/+_=])/y;
/** 40 characters of base64, not a part of something longer. */
const secretKey = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;
/** What may stand between a name and its value: `: "`, `=`, `>`, escaped quotes. */
const named = /secret_?access_?key["'\\\s:=>,]{1,12}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi;
const namedHere = new RegExp(named.source, "iy");
/** As STS has made them for years; of 200 to 2000 characters. */
const sessionToken = /(?<![A-Za-z0-9/+])(?:IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz)[A-Za-z0-9/+]{180,}={0,2}/y;
const anySessionToken = /session_?token["'\\\s:=>,]{1,12}[A-Za-z0-9/+]{200}|IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz/i;

/** An id and its secret stand this near to each other, in a file of profiles or in an environment. */
const nearBytes = 512;
/** With its name a secret may also be further away: a session token can lie between the two. */
const namedBytes = 3000;
const capitalsAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** An access key id, its secret key and its session token are one finding, at the place of the secret key. */
export const awsCredentials: ContentRule = {
  id: "aws-credentials",
  literals: [
    "AKIA",
    "ASIA",
    "ABIA",
    "ACCA",
    ...Array.from(capitalsAndDigits, (character) => `A3T${character}`),
    "secret_access_key",
    "SECRET_ACCESS_KEY",
    "SecretAccessKey",
    "secretAccessKey",
    "secretaccesskey",
    "IQoJb3JpZ2luX2Vj",
    "FwoGZXIvYXdz",
  ],
  before: namedBytes,
  after: namedBytes,
  judge: (text, at, context) => {
    const id = matchAt(accessKeyId, text, at);
    if (id !== undefined) return ofId(id, text, context);
    const secret = matchAt(namedHere, text, at);
    if (secret !== undefined) return ofSecret(at + secret[0].length - 40, secret[1]!, text, context);
    const token = matchAt(sessionToken, text, at);
    return token === undefined ? undefined : ofToken(token, text, context);
  },
  remedy:
    "Deactivate the key in IAM (temporary ones: revoke the role's sessions), and let the step take its identity from a mount.",
};

function ofId(id: RegExpExecArray, text: string, context: RuleContext): Verdict | undefined {
  if (!isLikely(id[0], 2.5)) return undefined;
  const near = secretsIn(text, id.index - nearBytes, id.index + id[0].length + nearBytes);
  const distance = ({ start }: { start: number }) => Math.abs(start - id.index);
  const [closest] = (near.length > 0 ? near : namedSecretsIn(text)).sort((a, b) => distance(a) - distance(b));
  if (closest !== undefined) return ofSecret(closest.start, closest.value, text, context);
  return {
    start: id.index,
    end: id.index + id[0].length,
    value: id[0],
    // It only names a key: worth a look, no way in.
    severity: "warning",
    what: "an AWS access key id, without its secret key",
    redacted: endsOnly(id[0]),
    key: "id",
  };
}

function ofSecret(start: number, value: string, text: string, { path }: RuleContext): Verdict | undefined {
  if (!looksLikeSecretKey(value)) return undefined;
  const withToken = anySessionToken.test(text.slice(Math.max(0, start - namedBytes)));
  return {
    start,
    end: start + value.length,
    value,
    severity: isExamplePath(path) ? "warning" : "error",
    what: withToken ? "AWS credentials, with a session token" : "AWS credentials",
    redacted: lengthOnly(value.length),
    key: "secret",
  };
}

/** A session token by itself; beside a secret key it belongs to that finding. */
function ofToken(token: RegExpExecArray, text: string, { path }: RuleContext): Verdict | undefined {
  const [value] = token;
  const start = token.index;
  const hasSecret = namedSecretsIn(text).length > 0 || secretsIn(text, start - nearBytes, start).length > 0;
  if (hasSecret || !isLikely(value.slice(0, 200), 4)) return undefined;
  return {
    start,
    end: start + value.length,
    value,
    severity: isExamplePath(path) ? "info" : "warning",
    what: "an AWS session token, without its secret key",
    redacted: lengthOnly(value.length),
    key: "token",
  };
}

function secretsIn(text: string, from: number, to: number): { start: number; value: string }[] {
  const start = Math.max(0, from);
  return [...text.slice(start, Math.max(start, to)).matchAll(secretKey)]
    .filter((match) => looksLikeSecretKey(match[0]))
    .map((match) => ({ start: start + match.index, value: match[0] }));
}

function namedSecretsIn(text: string): { start: number; value: string }[] {
  return [...text.matchAll(named)]
    .filter((match) => looksLikeSecretKey(match[1]!))
    .map((match) => ({ start: match.index + match[0].length - 40, value: match[1]! }));
}

/** Not a hash in hex, not a path, not a word list: what 30 random bytes look like in base64. */
function looksLikeSecretKey(value: string): boolean {
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) && isLikely(value, 4.2);
}
