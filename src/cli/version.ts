import manifest from "../../package.json" with { type: "json" };

export const version: string = manifest.version;

/** A hash of what searches, set when it is bundled (`scripts/bundle.ts`). */
declare const SCANNER_HASH: string | undefined;

/** Changes with anything that searches: what another one has searched may hold what this one finds. */
export const scannerVersion: string =
  typeof SCANNER_HASH === "string" ? `${version}-${SCANNER_HASH}` : `${version}-sources`;
