import type { Finding } from "../../finding/finding.ts";
import { compareFindings } from "../../finding/order.ts";
import { plural } from "../../report/amount.ts";
import type { IssuedKey } from "../../scan/rule.ts";
import { createHttp } from "../../system/http.ts";
import { stsPlace } from "../../verify/sts-place.ts";
import { tellAnswer, tellUnasked } from "../../verify/tell-answer.ts";
import { verifyKeys } from "../../verify/verify-keys.ts";
import type { Machine } from "../machine.ts";

/** Asks issuers about keys that were found: only when somebody asked for it, for the keys leave the machine. */
export type Verifier = {
  /** A scan tells of a key under its finding's fingerprint. */
  readonly onKey: (fingerprint: string, key: IssuedKey) => void;
  /** The findings with what the issuer says. Those that a list knows are not asked about. */
  readonly tell: (findings: readonly Finding[]) => Promise<readonly Finding[]>;
};

const idleMs = 10_000;

/** @throws SealError ARGUMENT for a place that no key may be sent to */
export function openVerifier({ environment, say, now }: Machine): Verifier {
  const place = stsPlace(environment);
  const keys = new Map<string, IssuedKey>();
  const host = {
    http: createHttp(environment, { idleMs }),
    wait: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
    now,
  };
  return {
    onKey: (fingerprint, key) => void keys.set(fingerprint, key),
    tell: async (findings) => {
      const asked = findings.flatMap((finding) => {
        const key = keys.get(finding.fingerprint);
        return key === undefined ? [] : [{ finding, key }];
      });
      if (asked.length > 0) say(`asking ${place.url.host} about ${plural(asked.length, "key")}`);
      const answers = await verifyKeys(
        asked.map(({ key }) => key),
        place,
        host,
      );
      const told = new Map(asked.map(({ finding }, index) => [finding, tellAnswer(finding, answers[index]!)]));
      return findings
        .map((finding) => told.get(finding) ?? (finding.rule === "aws-credentials" ? tellUnasked(finding) : finding))
        .sort(compareFindings);
    },
  };
}
