import { NotHere } from "../../error.ts";
import { exchangeToken } from "../huggingface/exchange-token.ts";
import { readResource } from "../huggingface/resource.ts";
import { describeReach } from "../huggingface/token-kind.ts";
import { identityNotices } from "../issuer.ts";
import type { Source, SourceHost } from "../source.ts";

export type HuggingFaceSourceOptions = {
  /** `NAMESPACE/NAME`, `datasets/…`, `spaces/…`, `kernels/…`, `buckets/…`, or a user's name. */
  readonly resource: string;
  readonly identity?: string | undefined;
  readonly endpoint?: string | undefined;
};

const publicEndpoint = "https://huggingface.co";

/**
 * A token of a trusted publisher: the job's identity is exchanged for it, and exchanged again for each renewal, as it
 * comes without a refresh token. Nobody can revoke it.
 */
export function createHuggingFaceSource(name: string, options: HuggingFaceSourceOptions, host: SourceHost): Source {
  const endpoint = (options.endpoint ?? publicEndpoint).replace(/\/+$/, "");
  return {
    kind: "huggingface",
    renewal: "mint",
    watch: [],
    // huggingface_hub would exchange by itself where it is set, before it looks at a token; in a step that fails
    variables: ["HF_OIDC_RESOURCE"],
    mint: async (ask) => {
      const resource = readResource(name, options.resource);
      const provide = host.identity(options.identity);
      const identity = await provide({ audience: new URL(endpoint).origin, signal: ask?.signal });
      if (identity instanceof NotHere) return identity;
      const minted = await exchangeToken({ name, host, endpoint, resource, identity, signal: ask?.signal });
      const { reach, notice } = describeReach(name, minted.value, resource);
      return {
        value: minted.value,
        fields: new Map(),
        issuedAt: minted.issuedAt,
        expiresAt: minted.expiresAt,
        reach,
        keys: [identity.token],
        notices: [...identityNotices(name, identity), ...(notice === undefined ? [] : [notice])],
      };
    },
  };
}
