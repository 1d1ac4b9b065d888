import { isSearchedFor, type Sought, type SoughtValue } from "../../gate/searched.ts";
import type { ScanOptions } from "../../scan/scan-options.ts";
import { needlesOf } from "../../secret/needle.ts";
import type { Secret } from "../../secret/secret.ts";
import { weaknessOf } from "../../secret/weak.ts";
import type { RecordFile } from "../../system/record-file.ts";
import type { GateSettings } from "../scan-image/gate-settings.ts";
import type { Issued } from "../secret/issue.ts";
import { scannerVersion } from "../version.ts";

/** What a result is searched for: as options of the scan, and as the records name it. */
export type Look = { readonly options: ScanOptions; readonly sought: Sought };

export type LookAsk = {
  /** Every value that was issued so far, and the user's own. */
  readonly values: () => readonly Secret[];
  readonly issued: Issued | undefined;
  readonly now: () => number;
  readonly gate: Pick<GateSettings, "options" | "tag">;
  /** Whether layers that were searched before are passed over. */
  readonly passesOver: boolean;
};

/**
 * What is to be looked for by now: all that was issued so far. To be asked for only when a result is there, for secrets
 * are renewed while a build runs.
 */
export function lookFor(ask: LookAsk, file: RecordFile): Look {
  const values = ask.values();
  const sought = {
    version: `${scannerVersion}${ask.gate.tag}`,
    values: values.flatMap((secret) => soughtValue(secret, ask.issued, file)),
  };
  const isOnRecord = (digest: string) => isSearchedFor(file.blobs.get(digest), sought);
  return {
    options: {
      needles: values.flatMap((secret) => needlesOf(secret, "scan")),
      nowSeconds: ask.now() / 1000,
      ...ask.gate.options,
      ...(ask.passesOver
        ? {
            searchedBefore: (digest: string) => (isOnRecord(digest) ? file.blobs.get(digest)?.diffId : undefined),
          }
        : {}),
    },
    sought,
  };
}

function soughtValue(secret: Secret, issued: Issued | undefined, file: RecordFile): SoughtValue[] {
  if (weaknessOf(secret) !== undefined) return [];
  const madeAtMs = [...(issued?.minted ?? [])]
    .filter(([name, { value }]) => value === secret && issued?.sources.get(name)?.kind === "irsa")
    .map(([, { issuedAt }]) => issuedAt?.getTime())[0];
  return [{ tag: file.tag(secret), ...(madeAtMs === undefined ? {} : { madeAtMs }) }];
}
