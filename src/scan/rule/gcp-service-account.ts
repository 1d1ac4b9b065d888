import { lengthOnly } from "../../finding/redact.ts";
import { type ContentRule, matchAt, type RuleContext, type RuleText, type Verdict } from "../rule.ts";
import { readPem } from "./judge/pem.ts";
import { severityIn } from "./judge/severity.ts";

/** Quotes and line ends may be escaped: the file in a variable, in another JSON. */
const named = /"private_key\\?"\s{0,4}:\s{0,4}\\?"$/;
const key = /-----BEGIN ((?:RSA )?PRIVATE KEY)-----([A-Za-z0-9+/=\\nr\s]{100,4000}?)-----END/y;
/** Base64 of how such a file begins, as it is downloaded and without spaces. */
const packed = ["ewogICJ0eXBlIjogInNlcnZpY2VfYWNjb3VudCIs", "eyJ0eXBlIjoic2VydmljZV9hY2NvdW50Ii"];

export const gcpServiceAccount: ContentRule & RuleText = {
  id: "gcp-service-account",
  title: "The key of a Google service account",
  severity: "error",
  what: "The JSON file of a Google service account, with its private key: as it is, in a variable, or in base64.",
  why: "It is the service account, with all its roles, until the key is deleted: it does not expire by itself.",
  remedy:
    "Delete the key in IAM, and use workload identity federation, which needs no key; if a step must have one, mount it.",
  literals: ['"private_key_id"', 'private_key_id\\"', ...packed],
  before: 3600,
  after: 5600,
  judge: (text, at, context) => {
    context.spend?.(10);
    const isPacked = packed.some((start) => text.startsWith(start, at));
    if (!isPacked) {
      // Before or behind it, in the order that whoever wrote the file chose.
      return keyIn(text, text.indexOf(border, at), context) ?? keyIn(text, text.lastIndexOf(border, at), context);
    }
    const wrapped = /^[A-Za-z0-9+/\s]{200,}={0,2}/.exec(text.slice(at))?.[0];
    const inner = wrapped === undefined ? "" : Buffer.from(wrapped, "base64").toString("latin1");
    const verdict = keyIn(inner, inner.indexOf(border), context);
    return verdict === undefined ? undefined : { ...verdict, start: at, end: at + wrapped!.trimEnd().length };
  },
};

const border = "-----BEGIN ";

function keyIn(text: string, at: number, context: RuleContext): Verdict | undefined {
  if (at === -1 || !named.test(text.slice(Math.max(0, at - 40), at))) return undefined;
  const match = matchAt(key, text, at);
  if (match === undefined) return undefined;
  const { body, isWhole } = readPem(match[1]!, match[2]!, true);
  if (!isWhole) return undefined;
  return {
    start: at,
    end: at + match[0].length,
    value: body,
    severity: severityIn(context, "error"),
    what: "the key of a Google service account",
    redacted: lengthOnly(body.length),
  };
}
