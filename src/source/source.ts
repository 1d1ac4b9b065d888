import type { NotHere } from "../error.ts";
import type { Host } from "../identity/host.ts";
import type { IdentityProvider, Renewal } from "../identity/identity.ts";
import type { Secret } from "../secret/secret.ts";
import type { AmbientAws } from "./aws/credentials.ts";

/**
 * One secret as its source gives it: the whole, and its parts where it has any. Field F of secret S is mounted under
 * the id `S-F`. What is plain text in `fields` is not secret (a role's ARN): neither masked nor searched for.
 */
export type Minted = {
  readonly value: Secret;
  readonly fields: ReadonlyMap<string, Secret | string>;
  readonly issuedAt?: Date;
  readonly expiresAt?: Date;
  /** `issuer`: it was made just now, and both times are by its issuer's clock, so what lies between that and ours is known. */
  readonly clock?: "issuer";
  /** What can be reached with it, for the report: safe to show. */
  readonly reach?: string;
  /** What it was made with and what lives longer (a private key), parts that are no fields: masked and searched for, mounted nowhere. */
  readonly keys?: readonly Secret[];
  /**
   * Has its issuer end it now. Left out where no issuer can: then it lives until `expiresAt`.
   * @throws SOURCE
   */
  readonly revoke?: (ask?: { readonly signal?: AbortSignal }) => Promise<void>;
  /** Sentences for the user. */
  readonly notices: readonly string[];
};

export type Source = {
  readonly kind: string;
  readonly renewal: Renewal;
  /** Files whose change means that there is a newer value. */
  readonly watch: readonly string[];
  /** Variables that hold the value, or could mint another one: nothing that we start inherits them. */
  readonly variables: readonly string[];
  /** It was made to give no more than reading: what a fork's pull request may have, if the policy says so. */
  readonly isReadOnly?: boolean;
  /**
   * `NotHere` if nothing is configured that it could be had from.
   * @throws IDENTITY, SOURCE
   */
  readonly mint: (ask?: { readonly signal?: AbortSignal }) => Promise<Minted | NotHere>;
};

/** What a source needs beside the machine. */
export type SourceHost = Host & {
  /**
   * An entry of `identities:`, or the first kind that applies.
   * @throws GRANT if there is no entry of that name; POLICY if its kind is not allowed
   */
  readonly identity: (name: string | undefined) => IdentityProvider;
  /** AWS credentials that the machine has without an identity; left out: none but those in its variables. */
  readonly ambientAws?: AmbientAws;
  /** Whose code the job runs: what can be narrowed to reading is, for a pull request unless asked otherwise, for a fork always. */
  readonly trust: Trust;
  /** Names the run for the issuer's own records (CloudTrail): letters, digits and `+=,.@-`, 2 to 64 of them. */
  readonly runName: string;
};

export type Trust = "full" | "pull-request" | "fork";

/** Every secret part of it, each once: what must be masked and searched for. */
export function secretsOf(minted: Minted): readonly Secret[] {
  const parts = [...minted.fields.values()].filter((field) => typeof field !== "string");
  return [...new Set([minted.value, ...parts, ...(minted.keys ?? [])])];
}

/** Whether a renewal gave nothing new. */
export function isSameValue(a: Minted, b: Minted): boolean {
  if (!a.value.equals(b.value) || a.expiresAt?.getTime() !== b.expiresAt?.getTime()) return false;
  if (a.fields.size !== b.fields.size) return false;
  return [...a.fields].every(([name, field]) => {
    const other = b.fields.get(name);
    if (typeof field === "string" || typeof other === "string") return field === other;
    return other?.equals(field) ?? false;
  });
}
