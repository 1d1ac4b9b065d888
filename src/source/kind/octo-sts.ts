import { NotHere } from "../../error.ts";
import { apiOf, publicApi } from "../github/api.ts";
import { revokeInstallationToken } from "../github/revocation.ts";
import { identityNotices } from "../issuer.ts";
import { exchangeForInstallation } from "../octo-sts/exchange-for-installation.ts";
import { readPolicyPlace } from "../octo-sts/trust-policy.ts";
import type { Source, SourceHost } from "../source.ts";

export type OctoStsSourceOptions = {
  /** `OWNER/NAME`, or an organisation. */
  readonly scope: string;
  /** The trust policy's name: `.github/chainguard/NAME.sts.yaml`. */
  readonly identityName: string;
  readonly identity?: string | undefined;
  readonly endpoint?: string | undefined;
};

const publicEndpoint = "https://octo-sts.dev";

/**
 * A GitHub installation token without an App or a key of one's own: octo-sts gives it for the job's identity, as a policy
 * in the repository allows. GitHub revokes it like any other.
 */
export function createOctoStsSource(name: string, options: OctoStsSourceOptions, host: SourceHost): Source {
  const endpoint = (options.endpoint ?? publicEndpoint).replace(/\/+$/, "");
  // octo-sts.dev is an App of github.com, wherever the job runs; a server of one's own may belong to an Enterprise server
  const api = options.endpoint === undefined ? publicApi : apiOf(undefined, host.environment);
  return {
    kind: "octo-sts",
    renewal: "mint",
    watch: [],
    variables: [],
    mint: async (ask) => {
      const policy = readPolicyPlace(name, options.scope, options.identityName);
      const provide = host.identity(options.identity);
      const identity = await provide({ audience: new URL(endpoint).host, signal: ask?.signal });
      if (identity instanceof NotHere) return identity;
      const token = await exchangeForInstallation({ name, host, endpoint, api, policy, identity, signal: ask?.signal });
      return {
        ...token,
        fields: new Map(),
        reach: `what ${policy.shown} allows`,
        keys: [identity.token],
        revoke: (end) => revokeInstallationToken(host, api, token.value, end?.signal),
        notices: [...token.notices, ...identityNotices(name, identity)],
      };
    },
  };
}
