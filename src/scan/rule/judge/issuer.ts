import type { Severity } from "../../../finding/finding.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** Who made a token; `severity` where it is always the same. */
export type Issuer = { readonly what: string; readonly severity?: Severity };

/** The issuers that say who they are by their address alone. */
const byAddress: readonly (readonly [RegExp, string])[] = [
  [/^https:\/\/token\.actions\.githubusercontent\.com(?:\/|$)|\/_services\/token$/, "a GitHub Actions identity token"],
  [/^https:\/\/oidc\.circleci\.com\//, "a CircleCI identity token"],
  [/^https:\/\/agent\.buildkite\.com/, "a Buildkite identity token"],
  [/^https:\/\/(?:[\w-]{1,60}\.)?huggingface\.co/, "a Hugging Face token"],
  [/^https:\/\/api\.bitbucket\.org\//, "a Bitbucket Pipelines identity token"],
  [/^https:\/\/(?:app\.)?vstoken\.(?:dev\.azure|visualstudio)\.com/, "an Azure Pipelines token"],
  [/^https:\/\/(?:login\.microsoftonline\.(?:com|us|cn)|sts\.windows\.net)\//, "a token of Entra ID (Azure AD)"],
  [/^(?:https:\/\/)?accounts\.google\.com$/, "a Google identity token"],
  [/\.gserviceaccount\.com$/, "a token of a Google service account"],
  [/^https:\/\/securetoken\.google\.com\//, "a Firebase identity token"],
  [/^https:\/\/cognito-idp\.[\w-]{4,24}\.amazonaws\.com\//, "an Amazon Cognito token"],
  [/^https:\/\/[\w-]{1,60}\.(?:[\w-]{2,8}\.)?auth0\.com\/$/, "an Auth0 token"],
  [/^https:\/\/[\w-]{1,60}\.okta(?:preview|-emea)?\.com(?:\/|$)/, "an Okta token"],
  [/^https:\/\/app\.terraform\.io$/, "a Terraform Cloud identity token"],
  [/^https:\/\/oidc\.vercel\.com/, "a Vercel identity token"],
  [/^https:\/\/oidc\.fly\.io\//, "a Fly.io identity token"],
  [/^https:\/\/gitlab\./, "a GitLab identity token"],
  [/\/realms\/[\w.-]{1,80}$/, "a Keycloak token"],
];

/** Who made the token, by its claims: in words. */
export function issuerOf(claims: Claims): Issuer | undefined {
  const issuer = typeof claims["iss"] === "string" ? claims["iss"] : "";
  const subject = typeof claims["sub"] === "string" ? claims["sub"] : "";
  if (subject.startsWith("system:serviceaccount:") || issuer === "kubernetes/serviceaccount") {
    return [claims["aud"]].flat().includes("sts.amazonaws.com")
      ? { what: "an AWS web identity token of a Kubernetes service account (IRSA)" }
      : { what: "a Kubernetes service account token" };
  }
  if (claims["project_path"] !== undefined && claims["pipeline_id"] !== undefined) {
    return { what: "a GitLab identity token" };
  }
  if (issuer === "supabase" || issuer === "supabase-demo") return supabaseKey(issuer, claims["role"]);
  const known = byAddress.find(([address]) => address.test(issuer));
  return known === undefined ? undefined : { what: known[1] };
}

/** Its web pages show the key of the role `anon`; that of `service_role` passes over all rules for rows. */
function supabaseKey(issuer: string, role: unknown): Issuer {
  if (issuer === "supabase-demo") return { what: "the Supabase key of its demonstration", severity: "info" };
  return role === "anon"
    ? { what: "a Supabase key for anybody (anon)", severity: "info" }
    : { what: "a Supabase service key" };
}
