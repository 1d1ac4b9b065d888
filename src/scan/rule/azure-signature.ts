import { lengthOnly } from "../../finding/redact.ts";
import { isLikely } from "../likely.ts";
import { type ContentRule, matchAt, type RuleText } from "../rule.ts";
import { severityIn } from "./judge/severity.ts";

const signature = /[?&]sig=((?:[A-Za-z0-9+/]|%2[BbFf]){40,70}(?:=|%3[Dd]))/y;
const parameter = /[?&](sv|se|sp|sr|ss)=([\w:.%-]{1,60})/g;
const reach = 500;

/** Ends before or after the others: the order is free. */
export const azureSignature: ContentRule & RuleText = {
  id: "azure-signature",
  title: "A shared access signature of Azure storage",
  severity: "warning",
  what: "Addresses of Azure storage that are signed (`?sv=…&se=…&sig=…`). One that is expired is an *info*.",
  why: "Whoever has the address may do what it was signed for, until it expires; it cannot be revoked but with the account's key.",
  remedy: "Rotate the key that signed it if it is still valid, and sign short-lived ones where they are used.",
  literals: ["&sig=", "?sig="],
  before: reach,
  after: reach,
  judge: (text, at, context) => {
    const match = matchAt(signature, text, at);
    if (match === undefined || !isLikely(match[1]!, 3.8)) return undefined;
    const before = text
      .slice(Math.max(0, at - reach), at)
      .split(/\s/)
      .at(-1)!;
    const address = before + text.slice(at).split(/\s/, 1)[0]!;
    const given = new Map([...address.matchAll(parameter)].map((one) => [one[1]!, one[2]!]));
    if (!given.has("sv") || (!given.has("sp") && !given.has("sr") && !given.has("ss"))) return undefined;
    const expiry = Date.parse((given.get("se") ?? "").replaceAll("%3A", ":").replaceAll("%3a", ":")) / 1000;
    const isExpired = expiry < context.now;
    const severity = isExpired ? "info" : "warning";
    const start = match.index + match[0].length - match[1]!.length;
    return {
      start,
      end: start + match[1]!.length,
      value: match[1]!,
      severity: severityIn(context, severity),
      what: `a shared access signature of Azure storage${isExpired ? ", expired" : ""}`,
      redacted: lengthOnly(match[1]!.length),
    };
  },
};
