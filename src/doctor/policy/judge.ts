import { SealError } from "../../error.ts";
import { allowIdentity, allowSource, type Policy } from "../../grant/policy.ts";
import type { SourceConfig } from "../../source/kind/kind.ts";
import { type Check, failed, fine, type Place } from "../check.ts";

export type PolicyAsk = {
  readonly policy: Policy;
  /** The user's own word that commands of the checkout may run. */
  readonly allowExec: boolean;
};

/** Where a key of the configuration stands. */
export type PlaceOf = (path: readonly PropertyKey[]) => Place;

/** Fine, or refused in the policy's own words. */
export function judged(id: string, says: string, where: Place, allow: () => void): Check {
  try {
    allow();
    return { ...fine(id, says), where };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return { ...failed(id, error, `${says}: `), where };
  }
}

/** A source, and the identity that is part of its kind. @throws SealError POLICY */
export function allowWhole(name: string, source: SourceConfig, { policy, allowExec }: PolicyAsk): void {
  allowSource(policy, name, source, { exec: allowExec });
  if (source.from === "irsa") allowIdentity(policy, source.from);
}
