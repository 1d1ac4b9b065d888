import { NotHere, SealError } from "../error.ts";
import type { Environment, Host } from "./host.ts";
import { type IdentityProvider, NotSetUp, OtherAudience } from "./identity.ts";
import { type JwtClaims, readJwt } from "./jwt.ts";
import { plain, quoted } from "./quoted.ts";
import { identityFromToken } from "./token.ts";

export type GitlabOptions = {
  /** The variable that `id_tokens:` makes; left out, each one that holds a token of this GitLab is looked at. */
  readonly name?: string | undefined;
  readonly audience?: string | undefined;
};

/** GitLab's own tokens, which can be JWTs of the same issuer (CI/CD job token, GitLab 18), and are no identity. */
const otherTokens = new Set([
  "CI_JOB_TOKEN",
  "CI_BUILD_TOKEN",
  "CI_REGISTRY_PASSWORD",
  "CI_DEPENDENCY_PROXY_PASSWORD",
  "CI_REPOSITORY_URL",
]);

/**
 * The identity of a GitLab job: a token that `id_tokens:` put into a variable. It lives as long as the job's timeout and
 * cannot be renewed in the job.
 */
export function createGitlabProvider(name: string, options: GitlabOptions, host: Host): IdentityProvider {
  return async (ask) => {
    const audience = ask.audience ?? options.audience;
    const variable = options.name ?? pickVariable(host.environment, audience);
    if (typeof variable !== "string") return variable;
    const value = host.environment[variable];
    if (value === undefined) {
      return new NotSetUp(`the variable ${plain(variable)} is not set, which the job's \`id_tokens:\` would make`);
    }
    return identityFromToken(new TextEncoder().encode(value), {
      name,
      from: "gitlab",
      place: `The variable ${plain(variable)}`,
      audiences: audience === undefined ? [] : [audience],
      renewal: "never",
      nowMs: host.now(),
      remedy: {
        content: "Name the variable that the job's `id_tokens:` makes.",
        expired:
          "GitLab's tokens live as long as the job's `timeout:` (5 minutes without one) and are not renewed within the job: set a longer one.",
        audience: remedyFor(audience),
      },
    });
  };
}

type Token = { readonly variable: string; readonly claims: JwtClaims };

/** The variable with the right token; of several the one that lives longest, then the first by its name. */
function pickVariable(environment: Environment, audience: string | undefined): string | NotHere {
  if (environment["GITLAB_CI"] !== "true") return new NotHere("GITLAB_CI is not set");
  const tokens = tokensIn(environment);
  if (tokens.length === 0) {
    return new NotSetUp("the GitLab job has no identity token: it needs `id_tokens:` with the audience it is for");
  }
  const endMs = ({ claims }: Token): number => claims.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const fitting = tokens
    .filter(({ claims }) => audience === undefined || claims.audience.includes(audience))
    .sort((a, b) => (endMs(a) === endMs(b) ? 0 : endMs(b) - endMs(a)));
  const [best] = fitting;
  if (best !== undefined) return best.variable;
  const others = tokens.map(({ variable, claims }) => {
    const audiences = claims.audience.map((one) => quoted(one));
    return `${plain(variable)} for ${audiences.length === 0 ? "no audience" : audiences.join(", ")}`;
  });
  return new OtherAudience(
    new SealError(
      "IDENTITY",
      `The GitLab job has identity tokens for other audiences (${others.join("; ")}), and ${quoted(audience ?? "")} is wanted.`,
      remedyFor(audience),
    ),
  );
}

function remedyFor(audience: string | undefined): string {
  return `Add one to the job: \`id_tokens: { NAME: { aud: ${plain(audience ?? "…")} } }\`.`;
}

/** The variables that hold an identity token of this GitLab: nothing that we start needs one. */
export function gitlabTokenVariables(environment: Environment): readonly string[] {
  return environment["GITLAB_CI"] === "true" ? tokensIn(environment).map(({ variable }) => variable) : [];
}

/** The identity tokens of this GitLab, by their variables' names. */
function tokensIn(environment: Environment): readonly Token[] {
  const issuers = new Set([withoutSlash(environment["CI_SERVER_URL"]), environment["CI_SERVER_HOST"]]);
  return Object.keys(environment)
    .filter((variable) => !otherTokens.has(variable))
    .sort()
    .flatMap((variable) => {
      const reading = readJwt((environment[variable] ?? "").trim());
      if (reading.kind === "not-a-jwt" || reading.claims.issuer === undefined) return [];
      return issuers.has(withoutSlash(reading.claims.issuer)) ? [{ variable, claims: reading.claims }] : [];
    });
}

function withoutSlash(url: string | undefined): string | undefined {
  return url?.replace(/\/+$/, "");
}
