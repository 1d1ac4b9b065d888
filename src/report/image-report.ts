import type { Finding, LeftOut, Skipped } from "../finding/finding.ts";
import type { RuleHelps } from "./rule-help.ts";

/** What came of a scan of an image, for every format. No string in it holds a value. */
export type ImageReport = {
  readonly tool: { readonly name: string; readonly version: string };
  /** As the user named it. */
  readonly image: string;
  readonly digest: string | undefined;
  readonly platforms: readonly string[];
  /** What the image says it was built on, by name or digest. */
  readonly bases?: readonly string[];
  readonly complete: boolean;
  /** The worst first; those of the lists (ignores, baseline) have a place in a file. */
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly leftOut: readonly LeftOut[];
  readonly stats: { readonly bytes: number; readonly files: number; readonly layers: number; readonly ms: number };
  /** When it began and ended, in milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
  readonly rules: RuleHelps;
  /** What else there is to say of it: of a build, how it went. */
  readonly about?: readonly (readonly [string, string])[];
};
