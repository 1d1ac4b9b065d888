import type { SealError } from "../error.ts";

/** What happens to a secret while a build runs. */
export type FreshnessEvent =
  /** `renewals` counts them for this secret, from 1. */
  | {
      readonly kind: "renewed";
      readonly secret: string;
      readonly renewals: number;
      readonly lifeLeftMs: number | undefined;
    }
  /** The old value is still in place. `attempt` counts from 1 since the last success. */
  | {
      readonly kind: "renewal-failed";
      readonly secret: string;
      readonly attempt: number;
      readonly error: SealError;
      readonly lifeLeftMs: number | undefined;
    }
  /** Its end is near and its source has nothing newer; said once for each value. */
  | { readonly kind: "expiring"; readonly secret: string; readonly lifeLeftMs: number }
  /** A step that starts now would get an expired value; said once for each value. */
  | { readonly kind: "expired"; readonly secret: string; readonly sinceMs: number };
