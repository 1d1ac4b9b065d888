import type { Severity } from "../../finding/finding.ts";
import { lengthOnly } from "../../finding/redact.ts";
import { isExamplePath } from "../likely.ts";
import { type ContentRule, matchAt } from "../rule.ts";

/** Not after `_` or `-`: inside an `hf_jwt_…` or a `ghs_…` it belongs to another rule. */
const pattern = /(?<![\w-])(eyJ[\w-]{8,})\.(eyJ[\w-]{8,})\.([\w-]{16,})(?![\w-])/y;

/** `{"a` to `{"z` in base64: how the header of a token begins. */
const fourthCharacters = "hijklmnopqrstuvwxyz0123456";

type Claims = Readonly<Record<string, unknown>>;

export const jsonWebToken: ContentRule = {
  id: "json-web-token",
  literals: Array.from(fourthCharacters, (character) => `eyJ${character}`),
  before: 1,
  after: 8000,
  judge: (text, at, { path, now }) => {
    const match = matchAt(pattern, text, at);
    const header = decoded(match?.[1]);
    const claims = decoded(match?.[2]);
    if (match === undefined || typeof header?.["alg"] !== "string" || claims === undefined) return undefined;
    // The token of jwt.io, which half of all documentation shows.
    if (claims["sub"] === "1234567890") return undefined;
    const issuer = issuerOf(claims);
    const expiry = typeof claims["exp"] === "number" ? claims["exp"] : undefined;
    const expired = expiry !== undefined && expiry < now;
    const what = issuer ?? "a JSON Web Token";
    return {
      start: match.index,
      end: match.index + match[0].length,
      value: match[0],
      severity: lowered(severityOf(issuer !== undefined, expiry, expired), isExamplePath(path)),
      what: expired ? `${what}, expired` : what,
      redacted: lengthOnly(match[0].length),
      key: issuer ?? "token",
    };
  },
  remedy:
    "Keep tokens out of the image: mount them into the step that needs them. If this one is still valid, revoke it.",
};

function severityOf(known: boolean, expiry: number | undefined, expired: boolean): Severity {
  if (expired) return known ? "warning" : "info";
  return known || expiry !== undefined ? "error" : "warning";
}

function lowered(severity: Severity, lower: boolean): Severity {
  if (!lower) return severity;
  return severity === "error" ? "warning" : "info";
}

/** Who made the token, by its claims: in words. */
function issuerOf(claims: Claims): string | undefined {
  const issuer = typeof claims["iss"] === "string" ? claims["iss"] : "";
  const subject = typeof claims["sub"] === "string" ? claims["sub"] : "";
  const audiences = [claims["aud"]].flat();
  if (issuer === "https://token.actions.githubusercontent.com" || issuer.includes("/_services/token")) {
    return "a GitHub Actions identity token";
  }
  if (subject.startsWith("system:serviceaccount:") || issuer === "kubernetes/serviceaccount") {
    return audiences.includes("sts.amazonaws.com")
      ? "an AWS web identity token of a Kubernetes service account (IRSA)"
      : "a Kubernetes service account token";
  }
  if (issuer.startsWith("https://oidc.circleci.com/")) return "a CircleCI identity token";
  if (
    issuer.startsWith("https://gitlab.") ||
    (claims["project_path"] !== undefined && claims["pipeline_id"] !== undefined)
  ) {
    return "a GitLab identity token";
  }
  if (issuer.startsWith("https://agent.buildkite.com")) return "a Buildkite identity token";
  if (issuer.startsWith("https://huggingface.co")) return "a Hugging Face token";
  return undefined;
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
