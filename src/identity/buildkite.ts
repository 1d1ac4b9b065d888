import { NotHere } from "../error.ts";
import type { Host } from "./host.ts";
import { type IdentityProvider, NotSetUp } from "./identity.ts";
import { identityFromProgram } from "./printed-token.ts";

export type BuildkiteOptions = {
  readonly audience?: string | undefined;
  readonly lifetimeSeconds?: number | undefined;
};

const accessToken = "BUILDKITE_AGENT_ACCESS_TOKEN";

/**
 * The identity of a Buildkite job, asked for by its agent at each call. Without an audience it is for
 * `https://buildkite.com/ORGANIZATION`; without a lifetime it lives for 5 minutes.
 */
export function createBuildkiteProvider(name: string, options: BuildkiteOptions, host: Host): IdentityProvider {
  return async (ask) => {
    if (host.environment["BUILDKITE"] !== "true") return new NotHere("BUILDKITE is not set");
    if ((host.environment[accessToken] ?? "") === "") {
      return new NotSetUp(
        `${accessToken} is not set, which buildkite-agent asks with (the Docker plugin hands it on by \`mount-buildkite-agent: true\`)`,
      );
    }
    const audience = ask.audience ?? options.audience;
    const lifetime = options.lifetimeSeconds;
    const command = [
      ...["buildkite-agent", "oidc", "request-token"],
      ...(audience === undefined ? [] : ["--audience", audience]),
      ...(lifetime === undefined ? [] : ["--lifetime", String(lifetime)]),
    ];
    return identityFromProgram(
      {
        name,
        from: "buildkite",
        command,
        whereFound: "as it is on the agent's machine (the Docker plugin mounts it by `mount-buildkite-agent: true`)",
        audiences: audience === undefined ? [] : [audience],
        remedy: {
          content: "Run `buildkite-agent oidc request-token` by hand in this job.",
          expired: "Check this machine's clock: the token was made just now.",
          audience: "Update buildkite-agent: it was asked for that audience.",
        },
      },
      host,
      ask,
    );
  };
}
