import { SealError } from "../error.ts";
import type { SourceConfig } from "../source/kind/kind.ts";
import { originOf } from "./origin.ts";
import type { Surroundings } from "./recipe.ts";

/** What the recipe git asks the host for: the servers that a job's platform names, and the tokens that are for them. */
export const jobVariables = [
  "GITHUB_SERVER_URL",
  "CI_SERVER_URL",
  "GH_ENTERPRISE_TOKEN",
  "GH_TOKEN",
  "GITHUB_TOKEN",
  "CI_JOB_TOKEN",
] as const;

const publicHub = "https://github.com";

/**
 * The server that the job's repository lies on, where its platform names one.
 *
 * @throws SealError GRANT where the platform's variable cannot be read: the token of one server is not for another
 */
export function jobServer(step: Surroundings): string {
  return serverBy(step, "GITHUB_SERVER_URL") ?? serverBy(step, "CI_SERVER_URL") ?? publicHub;
}

/** Whom the job's own token says that it is: the name that GitLab wants beside it. */
export function jobUser(origin: string, step: Surroundings): string {
  return tokenFor(origin, step) === "CI_JOB_TOKEN" ? "gitlab-ci-token" : "x-access-token";
}

/**
 * Where the token of these servers comes from by itself; undefined where the job has none that is for them all: it goes
 * to the server that gave it, and to no other.
 */
export function jobToken(origins: readonly string[], step: Surroundings): SourceConfig | undefined {
  const [name, ...others] = new Set(origins.map((origin) => tokenFor(origin, step)));
  return name === undefined || others.length > 0 ? undefined : { from: "env", name };
}

type TokenName = Exclude<(typeof jobVariables)[number], "GITHUB_SERVER_URL" | "CI_SERVER_URL">;

function tokenFor(host: string, step: Surroundings): TokenName | undefined {
  const origin = new URL(originOf(host)).origin;
  if (origin === serverBy(step, "CI_SERVER_URL")) return "CI_JOB_TOKEN";
  const hub = serverBy(step, "GITHUB_SERVER_URL") ?? publicHub;
  const hasEnterprise = Boolean(step.host("GH_ENTERPRISE_TOKEN"));
  if (origin === hub && hub !== publicHub && hasEnterprise) return "GH_ENTERPRISE_TOKEN";
  // GH_TOKEN of an enterprise server's job is that server's, unless it has one for each, as GitHub's CLI tells them apart
  if (origin !== hub && (origin !== publicHub || !hasEnterprise)) return undefined;
  return step.host("GITHUB_TOKEN") && !step.host("GH_TOKEN") ? "GITHUB_TOKEN" : "GH_TOKEN";
}

/** A server in a folder of its host (`https://example.com/gitlab`) is known by the host: Git asks by that. */
function serverBy(step: Surroundings, variable: "GITHUB_SERVER_URL" | "CI_SERVER_URL"): string | undefined {
  const value = step.host(variable);
  if (!value) return undefined;
  const origin = URL.canParse(value) ? new URL(value).origin : "";
  if (/^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/.test(origin)) return origin;
  throw new SealError(
    "GRANT",
    `recipe git: ${variable} of the host is not the URL of a server`,
    "Set it right, or name the servers and declare their secret: `options: { hosts: [{ host: …, secret: … }] }`",
  );
}
