import type { Severity } from "../../finding/finding.ts";
import { lengthOnly } from "../../finding/redact.ts";
import { type ContentRule, matchAt, type RuleText } from "../rule.ts";
import { startsWord } from "./judge/boundary.ts";
import { type Claims, issuerOf } from "./judge/issuer.ts";
import { severityIn } from "./judge/severity.ts";

const pattern = /(eyJ[\w-]{8,2000})\.(eyJ[\w-]{8,12000})\.([\w-]{16,1400})(?![\w-])/y;

const tenYears = 10 * 365 * 86_400;

export const jsonWebToken: ContentRule & RuleText = {
  id: "json-web-token",
  title: "A JSON Web Token",
  severity: "error",
  what: "Signed tokens, told by their claims: identity tokens of Kubernetes (and IRSA), GitHub Actions, GitLab, CircleCI, Buildkite, Bitbucket, Hugging Face, Entra ID, Google, Auth0, Okta, Cognito, Terraform, keys of Supabase. Expired ones are lower, and said to be; so are those that stand in documentation.",
  why: "Until it expires it is its bearer's identity, and what trusts it can seldom take it back.",
  remedy:
    "Keep tokens out of the image: mount them into the step that needs them. If this one is still valid, revoke it.",
  // `{"` in base64, as the header of a token begins.
  literals: ["eyJ"],
  before: 16,
  after: 15_600,
  judge: (text, at, context) => {
    const { now } = context;
    // Inside an `hf_jwt_…` or a `ghs_…` it belongs to another rule.
    if (/[_.-]/.test(text[at - 1] ?? "") || !startsWord(text, at)) return undefined;
    const match = matchAt(pattern, text, at);
    const header = decoded(match?.[1]);
    const claims = decoded(match?.[2]);
    if (match === undefined || typeof header?.["alg"] !== "string" || claims === undefined) return undefined;
    if (header["alg"] === "none" || isShown(claims)) return undefined;
    const issuer = issuerOf(claims);
    const expiry = typeof claims["exp"] === "number" ? claims["exp"] : undefined;
    const expired = expiry !== undefined && expiry < now;
    const what = issuer?.what ?? "a JSON Web Token";
    const severity = issuer?.severity ?? severityOf(issuer !== undefined, expiry, now);
    return {
      start: match.index,
      end: match.index + match[0].length,
      value: match[0],
      severity: severityIn(context, severity),
      what: expired ? `${what}, expired` : what,
      redacted: lengthOnly(match[0].length),
      key: issuer?.what ?? "token",
    };
  },
};

/** The tokens of jwt.io and of documentation everywhere: their subject is nobody. */
function isShown(claims: Claims): boolean {
  const text = JSON.stringify(claims);
  return (
    claims["sub"] === "1234567890" ||
    Object.keys(claims).length === 0 ||
    /John Doe|Jane Doe|example\.(?:com|org|net)|"(?:some|foo|hello)":|urn:example|\bjoe"|johndoe/i.test(text)
  );
}

function severityOf(known: boolean, expiry: number | undefined, now: number): Severity {
  if (expiry !== undefined && expiry < now) return known ? "warning" : "info";
  if (known) return "error";
  // Nobody issues a login for decades: such a token was made by hand, to try something out.
  return expiry !== undefined && expiry < now + tenYears ? "error" : "warning";
}

function decoded(part: string | undefined): Claims | undefined {
  if (part === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
