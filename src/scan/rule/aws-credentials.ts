import { endsOnly, lengthOnly } from "../../finding/redact.ts";
import { isLikely } from "../likely.ts";
import { type ContentRule, matchAt, type RuleContext, type RuleText, type Verdict } from "../rule.ts";
import { keyAround, partsAround } from "./aws-key.ts";
import { startsWord } from "./judge/boundary.ts";
import { isOthers, severityIn } from "./judge/severity.ts";

const accessKeyId = /(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}(?![A-Za-z0-9/+_=])/y;
/** 40 characters of base64, not a part of something longer; in URLs and PHP's JSON some are written as escapes. */
const character = String.raw`(?:[A-Za-z0-9/+]|\\/|%2[FBfb])`;
const secretKey = new RegExp(`(?<![A-Za-z0-9/+\\\\])${character}{40}(?![A-Za-z0-9/+=])`, "g");
/** What may stand between a name and its value: `: "`, `=`, `>`, escaped quotes, `%3D`, `&quot;`. */
const between = String.raw`(?:["'\\\s:=>,]|%(?:3[AaDd]|2[027])|&quot;|\x00){1,16}`;
const names = "(?:secret_?-?access_?-?key|aws_?secret_?key)";
const named = new RegExp(`${names}${between}(${character}{40})(?![A-Za-z0-9/+=])`, "gi");
const namedHere = new RegExp(named.source, "iy");
/** As STS has made them for years; of 200 to more than 2000 characters. */
const sessionToken = new RegExp(
  `(?:IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz)${character}{180,4000}(?:=|%3[Dd]){0,2}`,
  "y",
);
const anySessionToken = /session_?token["'\\\s:=>,]{1,12}[A-Za-z0-9/+]{200}|IQoJb3JpZ2luX2Vj|F[wQ]oGZXIvYXdz|FQoDYXdz/i;

/** What a program that asks for it shows, as its manual prints that: no tag, which has its bracket before the name. */
const prompt = /(?:^|[\r\n])[ \t]{0,20}(?:aws_)?secret_access_key>[ \t]{1,4}$/i;

/** An id and its secret stand this near to each other, in a file of profiles or in an environment. */
const nearBytes = 512;
/** With its name a secret may also be further away: a session token can lie between the two. */
const namedBytes = 4200;

/** An access key id, its secret key and its session token are one finding, at the place of the secret key. */
export const awsCredentials: ContentRule & RuleText = {
  id: "aws-credentials",
  title: "AWS credentials",
  severity: "error",
  what: "An AWS secret access key, known by its name or by the access key id beside it: the id, the secret and the session token are one finding. An id alone, or a session token alone, is a *warning*.",
  why: "It acts in the account as the user or the role it was made for. Keys of users do not expire.",
  remedy:
    "Deactivate the key in IAM (temporary ones: revoke the role's sessions), and let the step take its identity from a mount.",
  literals: [
    "AKIA",
    "ASIA",
    "ABIA",
    "ACCA",
    "A3T",
    "secret_access_key",
    "SECRET_ACCESS_KEY",
    "SecretAccessKey",
    "secretAccessKey",
    "secret-access-key",
    "AWS_SECRET_KEY",
    "IQoJb3JpZ2luX2Vj",
    "FwoGZXIvYXdz",
    "FQoGZXIvYXdz",
    "FQoDYXdz",
  ],
  before: namedBytes,
  after: namedBytes,
  judge: (text, at, context) => {
    const id = matchAt(accessKeyId, text, at);
    if (id !== undefined) return startsId(text, at) ? ofId(id, text, context) : undefined;
    const secret = matchAt(namedHere, text, at);
    if (secret !== undefined) {
      return ofSecret(secret.index + secret[0].length - secret[1]!.length, secret[1]!, text, context);
    }
    const token = matchAt(sessionToken, text, at);
    return token === undefined ? undefined : ofToken(token, text, context);
  },
};

function startsId(text: string, at: number): boolean {
  return startsWord(text, at) && !/[/+_]/.test(text[at - 1] ?? "");
}

function ofId(id: RegExpExecArray, text: string, context: RuleContext): Verdict | undefined {
  if (!isLikely(id[0].slice(4), 2.5)) return undefined;
  const near = secretsIn(text, id.index - nearBytes, id.index + id[0].length + nearBytes);
  const distance = ({ start }: { start: number }) => Math.abs(start - id.index);
  const [closest] = (near.length > 0 ? near : namedSecretsIn(text)).sort((a, b) => distance(a) - distance(b));
  if (closest !== undefined) return ofSecret(closest.start, closest.value, text, context);
  return {
    start: id.index,
    end: id.index + id[0].length,
    value: id[0],
    // It only names a key: worth a look, no way in.
    severity: isOthers(context) ? "info" : "warning",
    what: "an AWS access key id, without its secret key",
    redacted: endsOnly(id[0]),
    key: "id",
  };
}

function ofSecret(start: number, value: string, text: string, context: RuleContext): Verdict | undefined {
  if (!looksLikeSecretKey(value)) return undefined;
  const withToken = anySessionToken.test(text.slice(Math.max(0, start - namedBytes)));
  const end = start + value.length;
  const credentials = keyAround(text, start, end);
  const parts = Object.values(partsAround(text, start, end));
  const isShown = prompt.test(text.slice(Math.max(0, start - 60), start));
  return {
    start,
    end,
    value,
    severity: severityIn(context, "error", isShown),
    what: withToken ? "AWS credentials, with a session token" : "AWS credentials",
    redacted: lengthOnly(value.length),
    key: "secret",
    ...(parts.length === 0 ? {} : { parts }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** A session token by itself; beside a secret key it belongs to that finding. */
function ofToken(token: RegExpExecArray, text: string, context: RuleContext): Verdict | undefined {
  const [value] = token;
  const start = token.index;
  if (!startsWord(text, start)) return undefined;
  const hasSecret = namedSecretsIn(text).length > 0 || secretsIn(text, start - nearBytes, start).length > 0;
  if (hasSecret || !isLikely(value.slice(16), 4)) return undefined;
  // Such an address is signed already: the token in it opens nothing by itself.
  const isSigned = /X-Amz-Security-Token(?:=|%3[Dd])$/i.test(text.slice(Math.max(0, start - 32), start));
  return {
    start,
    end: start + value.length,
    value,
    severity: isSigned || isOthers(context) ? "info" : "warning",
    what: isSigned ? "an AWS session token in a signed address" : "an AWS session token, without its secret key",
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
    .map((match) => ({ start: match.index + match[0].length - match[1]!.length, value: match[1]! }));
}

/** Not a hash in hex, not a path, not a word list: what 30 random bytes look like in base64. */
function looksLikeSecretKey(written: string): boolean {
  const value = written
    .replace(/%2[Ff]/g, "/")
    .replace(/%2[Bb]/g, "+")
    .replaceAll("\\/", "/");
  return (
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value) &&
    /\d/.test(value) &&
    !/[a-z]{12}|(?:[A-Z]?[a-z]{3,}\/){2}/.test(value) &&
    isLikely(value, 4.2)
  );
}
