import { lengthOnly } from "../../finding/redact.ts";
import { isLikely } from "../likely.ts";
import type { ContentRule, RuleText } from "../rule.ts";
import { isOthers } from "./judge/severity.ts";

const privatePart = /"d"\s{0,4}:\s{0,4}"([\w-]{32,1400})"/g;
const reach = 3000;

export const jsonWebKey: ContentRule & RuleText = {
  id: "json-web-key",
  title: "A private key as a JSON Web Key",
  severity: "error",
  what: "Keys in the form of a JWK that have their private part (`d`) with them. Public ones, which every issuer shows, are none.",
  why: "Whoever has it signs tokens that are trusted, or reads what is meant for its owner.",
  remedy: "Take the key for known, replace it, and mount a new one where it is needed.",
  literals: ['"kty":'],
  before: reach,
  after: reach,
  judge: (text, at, context) => {
    // The object that the literal stands in, if it has no objects in it.
    const from = text.lastIndexOf("{", at);
    const end = text.indexOf("}", at);
    if (from === -1 || end === -1) return undefined;
    const object = text.slice(from, end);
    if (!/"kty"\s{0,4}:\s{0,4}"(?:RSA|EC|OKP)"/.test(object)) return undefined;
    privatePart.lastIndex = 0;
    const match = privatePart.exec(object);
    if (match === null || !isLikely(match[1]!, 4)) return undefined;
    const start = from + match.index + match[0].length - 1 - match[1]!.length;
    return {
      start,
      end: start + match[1]!.length,
      value: match[1]!,
      severity: isOthers(context) ? "info" : "error",
      what: "a private key as a JSON Web Key",
      redacted: lengthOnly(match[1]!.length),
    };
  },
};
