import { SealError } from "../../error.ts";
import type { Minted } from "../../source/source.ts";

/** What became of an issued secret when nobody needed it any more. */
export type Ended =
  | { readonly name: string; readonly end: "revoked" }
  /** Its issuer cannot end it: it lives until then. */
  | { readonly name: string; readonly end: "lives"; readonly untilMs: number | undefined }
  | { readonly name: string; readonly end: "not-revoked"; readonly why: string; readonly untilMs: number | undefined };

/** A build's end, and somebody who pressed Ctrl-C, wait so long for issuers and no longer. */
const limitMs = 10_000;

/**
 * Has every value that was issued ended by its issuer, where that can be: all at once, superseded ones too. It never
 * throws: what could not be revoked is told.
 */
export async function endAll(issued: readonly { readonly name: string; readonly minted: Minted }[]): Promise<Ended[]> {
  const signal = AbortSignal.timeout(limitMs);
  return Promise.all(
    issued.map(async ({ name, minted }): Promise<Ended> => {
      const untilMs = minted.expiresAt?.getTime();
      if (minted.revoke === undefined) return { name, end: "lives", untilMs };
      try {
        await minted.revoke({ signal });
        return { name, end: "revoked" };
      } catch (error) {
        const why = error instanceof SealError ? error.message : `The secret ${name} could not be revoked.`;
        return { name, end: "not-revoked", why, untilMs };
      }
    }),
  );
}
