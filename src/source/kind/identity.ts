import { NotHere } from "../../error.ts";
import type { Secret } from "../../secret/secret.ts";
import { identityNotices } from "../issuer.ts";
import type { Source, SourceHost } from "../source.ts";

export type IdentitySourceOptions = {
  /** Who the token is for: the consumer exchanges it there by itself (Google Cloud, Azure, Vault …). */
  readonly audience: string;
  readonly identity?: string | undefined;
};

/** The job's own identity token for one audience, as its platform gives it: the raw identity. */
export function createIdentitySource(name: string, options: IdentitySourceOptions, host: SourceHost): Source {
  const provide = host.identity(options.identity);
  return {
    kind: "identity",
    renewal: "mint",
    watch: [],
    variables: [],
    mint: async (ask) => {
      const identity = await provide({ audience: options.audience, signal: ask?.signal });
      if (identity instanceof NotHere) return identity;
      const { token, issuedAt, expiresAt, issuer, subject, from } = identity;
      const fields = new Map<string, Secret | string>([["token", token]]);
      if (issuer !== undefined) fields.set("issuer", issuer);
      if (subject !== undefined) fields.set("subject", subject);
      return {
        value: token,
        fields,
        ...(issuedAt && { issuedAt }),
        ...(expiresAt && { expiresAt }),
        reach: `who accepts ${options.audience} from ${from}`,
        notices: identityNotices(name, identity),
      };
    },
  };
}
