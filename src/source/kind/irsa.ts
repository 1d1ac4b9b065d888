import { NotHere } from "../../error.ts";
import { createChain } from "../../identity/chain.ts";
import type { Host } from "../../identity/host.ts";
import { type IrsaOptions, locateIrsa, stsAudience } from "../../identity/irsa.ts";
import { createProvider } from "../../identity/kind.ts";
import type { Secret } from "../../secret/secret.ts";
import type { Source } from "../source.ts";

/** The web identity token of a pod, and the role it may assume: the raw identity, not a session made of it. */
export function createIrsaSource(name: string, options: IrsaOptions, host: Host): Source {
  const provide = createChain([createProvider(name, { from: "irsa", ...options }, host)]);
  const { tokenFile } = locateIrsa(options, host);
  return {
    kind: "irsa",
    renewal: "read",
    watch: tokenFile === undefined || tokenFile.value === "" ? [] : [tokenFile.value],
    // The two variables hold a path and a name; Docker's own helpers (ecr-login) need them.
    variables: [],
    mint: async (ask) => {
      const identity = await provide({ audience: options.audience ?? stsAudience, signal: ask?.signal });
      if (identity instanceof NotHere) return identity;
      const { token, issuedAt, expiresAt, facts, notices } = identity;
      const fields = new Map<string, Secret | string>([["token", token]]);
      if (facts.roleArn !== undefined) fields.set("role-arn", facts.roleArn);
      return {
        value: token,
        fields,
        ...(issuedAt && { issuedAt }),
        ...(expiresAt && { expiresAt }),
        ...(facts.roleArn !== undefined && { reach: facts.roleArn }),
        notices,
      };
    },
  };
}
