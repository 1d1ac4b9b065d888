import { NotHere } from "../error.ts";
import type { Host } from "./host.ts";
import { type Identity, type IdentityProvider, NotSetUp, type OtherAudience } from "./identity.ts";
import { identityFromProgram } from "./printed-token.ts";
import { identityFromToken } from "./token.ts";

export type CircleciOptions = { readonly audience?: string | undefined };

const tokenVariable = "CIRCLE_OIDC_TOKEN_V2";

/**
 * The identity of a CircleCI job. For an audience it is asked for by `circleci run oidc get`, anew at each call; without
 * one it is the job's own token, for the organization's id, which lives for an hour and cannot be renewed.
 */
export function createCircleciProvider(name: string, options: CircleciOptions, host: Host): IdentityProvider {
  return async (ask) => {
    if (host.environment["CIRCLECI"] !== "true") return new NotHere("CIRCLECI is not set");
    const audience = ask.audience ?? options.audience;
    if (audience === undefined) {
      return identityInVariable(name, undefined, host) ?? new NotSetUp(`${tokenVariable} is not set${unlessPassed}`);
    }
    const asked = await identityFromProgram(
      {
        name,
        from: "circleci",
        command: ["circleci", "run", "oidc", "get", "--claims", JSON.stringify({ aud: audience })],
        whereFound: "as it is in a job's own container or machine",
        audiences: [audience],
        remedy: {
          content: "Run `circleci run oidc get` by hand in this job.",
          expired: "Check this machine's clock: the token was made just now.",
          audience: "It was asked for that audience: CircleCI Server can do so from version 4.4 on.",
        },
      },
      host,
      ask,
    );
    if (!(asked instanceof NotSetUp)) return asked;
    return identityInVariable(name, audience, host) ?? new NotSetUp(`${asked.reason}; nor is ${tokenVariable} set`);
  };
}

/** CircleCI's own word on forks: OpenID Connect tokens, "What about forks?". */
const unlessPassed = " (a fork's build gets it only if the project passes secrets to forks)";

function identityInVariable(
  name: string,
  audience: string | undefined,
  host: Host,
): Identity | OtherAudience | undefined {
  const value = host.environment[tokenVariable] ?? "";
  if (value === "") return undefined;
  return identityFromToken(new TextEncoder().encode(value), {
    name,
    from: "circleci",
    place: `The variable ${tokenVariable}`,
    audiences: audience === undefined ? [] : [audience],
    renewal: "never",
    nowMs: host.now(),
    remedy: {
      content: "Leave the variable as CircleCI sets it.",
      expired:
        "It lives for an hour from the job's start: name an `audience:`, for which the `circleci` command is asked anew.",
      audience: "Run buildseal where the `circleci` command is: it asks for a token with that audience.",
    },
  });
}
