import type { NotHere } from "../error.ts";
import type { Secret } from "../secret/secret.ts";

/**
 * One secret as its source gives it: the whole, and its parts where it has any. Field F of secret S is mounted under
 * the id `S-F`. What is plain text in `fields` is not secret (a role's ARN): neither masked nor searched for.
 */
export type Minted = {
  readonly value: Secret;
  readonly fields: ReadonlyMap<string, Secret | string>;
  readonly issuedAt?: Date;
  readonly expiresAt?: Date;
  /** What can be reached with it, for the report: safe to show. */
  readonly reach?: string;
  /** Sentences for the user. */
  readonly notices: readonly string[];
};

/**
 * How a secret gets a longer life: `mint`, its issuer gives a new one when asked; `read`, somebody else renews it in
 * place and we read it again; `never`, it stays as it was when the job began.
 */
export type Renewal = "mint" | "read" | "never";

export type Source = {
  readonly kind: string;
  readonly renewal: Renewal;
  /** Files whose change means that there is a newer value. */
  readonly watch: readonly string[];
  /** Variables that hold the value, or could mint another one: nothing that we start inherits them. */
  readonly variables: readonly string[];
  /**
   * `NotHere` if nothing is configured that it could be had from.
   * @throws IDENTITY, SOURCE
   */
  readonly mint: (ask?: { readonly signal?: AbortSignal }) => Promise<Minted | NotHere>;
};

/** Every secret part of it, each once: what must be masked and searched for. */
export function secretsOf(minted: Minted): readonly Secret[] {
  const parts = [...minted.fields.values()].filter((field) => typeof field !== "string");
  return [...new Set([minted.value, ...parts])];
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
