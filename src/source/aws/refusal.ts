import { SealError } from "../../error.ts";
import { describeDuration } from "../../identity/duration.ts";
import { skewMsOf, wordsOf } from "../../identity/exchange/answer.ts";
import type { Host } from "../../identity/host.ts";
import type { Identity } from "../../identity/identity.ts";
import { plain, quoted } from "../../identity/quoted.ts";
import { clockSkewMs } from "../../identity/token.ts";
import type { Secret } from "../../secret/secret.ts";
import type { StsRefused } from "./sts.ts";
import { asJson, messageOf } from "./sts-answer.ts";
import type { StsPlace } from "./sts-place.ts";

export type RefusalAbout = {
  readonly action: "AssumeRoleWithWebIdentity" | "AssumeRole" | "GetSessionToken";
  readonly place: StsPlace;
  readonly roleArn: string | undefined;
  /** Whose token it was, for a web identity. */
  readonly identity: Identity | undefined;
  /** Whose credentials they were, for the others: a noun phrase. */
  readonly holder: string | undefined;
  /** Everything that was sent and is secret. */
  readonly sent: readonly Secret[];
};

type Explained = { readonly what: string; readonly remedy: string };

/** What STS's refusal means and what to do, with its own words at the end but without any value that it may repeat. */
export function explainRefusal(
  { answer, code }: StsRefused,
  about: RefusalAbout,
  host: Pick<Host, "mask" | "environment" | "now">,
): SealError {
  const hidden = about.sent.flatMap((secret) => formsOf(secret.exposeText()));
  const said = messageOf(answer);
  const words = wordsOf(asJson(answer, code, said), host, hidden);
  const { what, remedy } = explain(code, said, answer.status, about);
  const subject = about.roleArn === undefined ? "session" : `session of ${quoted(about.roleArn, 200)}`;
  const skew = describeSkew(skewMsOf(answer, host.now()));
  return new SealError(
    "SOURCE",
    `${about.place.host} gives no ${subject}: ${what} (${words}).${skew === undefined ? "" : ` ${skew}`}`,
    remedy,
  );
}

function explain(code: string, said: string, status: number, about: RefusalAbout): Explained {
  const { identity, place } = about;
  switch (code.replace(/Exception$/, "")) {
    case "ExpiredToken":
      return identity === undefined
        ? {
            what: `${about.holder ?? "the credentials"} have expired`,
            remedy: "Have them renewed where they come from.",
          }
        : {
            what: `the identity token (${identity.from}) has expired${endOf(identity)}`,
            remedy: "See that it is renewed where it comes from, and check this machine's clock.",
          };
    case "InvalidIdentityToken":
      return invalidToken(said, about);
    case "IDPRejectedClaim":
      return {
        what: "the token's issuer rejected it: it was revoked, or has expired there",
        remedy: "Start the job again, so that it gets a new token.",
      };
    case "IDPCommunicationError":
      return {
        what: `STS could not reach the token's issuer ${issuerOf(identity)} for its keys, several times`,
        remedy:
          "See that the issuer's /.well-known/openid-configuration and its keys can be read from the internet; else try again later.",
      };
    case "PackedPolicyTooLarge":
      return {
        what: "the session policy, packed together with the token's session tags, is too large",
        remedy: "Say less in `policy:`, or let the issuer send fewer session tags.",
      };
    case "MalformedPolicyDocument":
      return {
        what: "the session policy is no valid IAM policy",
        remedy: "Correct the file that `policy:` names (`aws accessanalyzer validate-policy` shows where).",
      };
    case "RegionDisabled":
      return {
        what: `STS is not activated in ${place.region} for the role's account`,
        remedy: "Activate it there (IAM, Account settings, STS), or set `region:` to one that is.",
      };
    case "AccessDenied":
    case "AccessDeniedForDependency":
      return accessDenied(about);
    case "ValidationError":
    case "InvalidParameterValue":
    case "Validation":
      return {
        what: "STS takes something in the request for wrong",
        remedy:
          "Check `roleArn:`, `sessionName:`, `durationSeconds:` and what the token is for; STS's own words say which.",
      };
    case "InvalidClientTokenId":
    case "UnrecognizedClient":
    case "InvalidAccessKeyId":
      return {
        what: `${about.holder ?? "the credentials"} are not known there: revoked, deleted, or of another partition`,
        remedy: "Give the job new ones.",
      };
    case "SignatureDoesNotMatch":
    case "RequestExpired":
    case "IncompleteSignature":
      return {
        what: `the signature by ${about.holder ?? "the credentials"} does not hold`,
        remedy:
          "Check this machine's clock (STS takes signatures of the last 15 minutes), and that the secret key belongs to the key's id.",
      };
    default:
      if (status === 429 || /Throttl|LimitExceeded|TooMany/.test(code)) {
        return {
          what: "it is asked too often, also after several tries",
          remedy: "Start fewer jobs at once, or try again later.",
        };
      }
      if (status >= 500) return { what: "it is not well, also after several tries", remedy: "Try again later." };
      return { what: "it says no", remedy: `Look for that in the account's CloudTrail, under ${about.action}.` };
  }
}

function invalidToken(said: string, about: RefusalAbout): Explained {
  const { identity } = about;
  const issuer = issuerOf(identity);
  if (/audience/i.test(said)) {
    return {
      what: `the OIDC provider of ${issuer} does not take the token's audience ${audienceOf(identity)}`,
      remedy: `Add that audience to the provider in IAM (its client ids), or say with \`audience:\` which one it takes.`,
    };
  }
  if (/no openidconnect provider|no open ?id/i.test(said)) {
    return {
      what: `the role's account has no OIDC provider for the token's issuer ${issuer}`,
      remedy: `Make one in IAM for that URL, letter by letter, with the audience ${audienceOf(identity)}; and check that \`roleArn:\` names the right account.`,
    };
  }
  return {
    what: "the identity token could not be verified, several times",
    remedy: `See that the OIDC provider in IAM is that of ${issuer}, that the issuer still publishes the token's key, and that nobody changed the token.`,
  };
}

function accessDenied(about: RefusalAbout): Explained {
  const { identity, roleArn, action } = about;
  const role = roleArn === undefined ? "the role" : quoted(roleArn, 200);
  if (identity === undefined) {
    if (action === "GetSessionToken")
      return {
        what: `${about.holder ?? "the credentials"} may not ask for it`,
        remedy: "Name a role with `roleArn:`, and allow its assuming.",
      };
    return {
      what: `${about.holder ?? "the credentials"} may not assume it`,
      remedy: `Allow sts:AssumeRole twice: in the trust policy of ${role}, and in the permissions of who assumes it. A role that is not there is refused in the same words.`,
    };
  }
  const key = (identity.issuer ?? "ISSUER").replace(/^https:\/\//, "");
  const has = (name: string, value: string) => `"${plain(key, 200)}:${name}" = ${value}`;
  const ids =
    identity.subject !== undefined && /^repo:[^:]*@\d+/.test(identity.subject)
      ? " (this subject has the ids of owner and repository in it: an older condition without them does not match)"
      : "";
  return {
    what: `the trust policy does not let this token (${identity.from}) in`,
    remedy: `Let the trust policy of ${role} allow sts:AssumeRoleWithWebIdentity to the OIDC provider ${issuerOf(identity)}, with conditions that match what the token says: ${has("sub", quoted(identity.subject ?? "", 300))} and ${has("aud", audienceOf(identity))}${ids}. A role that is not there is refused in the same words.`,
  };
}

function issuerOf(identity: Identity | undefined): string {
  return quoted(identity?.issuer ?? "", 200);
}

function audienceOf(identity: Identity | undefined): string {
  const audiences = identity?.audience ?? [];
  return audiences.length === 0 ? '""' : audiences.map((one) => quoted(one, 200)).join(" or ");
}

function endOf({ expiresAt }: Identity): string {
  return expiresAt === undefined ? "" : ` (at ${expiresAt.toISOString()})`;
}

/** A sentence on two clocks that differ by more than is normal. */
export function describeSkew(skewMs: number | undefined): string | undefined {
  if (skewMs === undefined || Math.abs(skewMs) <= clockSkewMs) return undefined;
  const how = skewMs > 0 ? "ahead of" : "behind";
  return `This machine's clock is ${describeDuration(Math.abs(skewMs))} ${how} STS's.`;
}

/** A value, its parts (a JWT's), and what it is in a form's body. */
function formsOf(value: string): readonly string[] {
  return [value, ...value.split("."), encodeURIComponent(value)];
}
