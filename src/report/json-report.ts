import type { Finding, LeftOut, Skipped } from "../finding/finding.ts";
import { machineJson } from "./machine-json.ts";

/** What was looked at, and what came of it. Every string in it must be safe to show. */
export type Report = {
  readonly tool: { readonly name: string; readonly version: string };
  readonly complete: boolean;
  readonly subject: {
    readonly kind: "image" | "files";
    readonly name: string;
    readonly digest?: string;
    readonly platforms?: readonly string[];
    /** What the image says it was built on. */
    readonly bases?: readonly string[];
  };
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** Of an image: what was asked not to be reported, and what was searched without being unpacked. */
  readonly leftOut?: readonly LeftOut[];
  readonly stats: { readonly bytes: number; readonly files: number; readonly layers: number; readonly ms: number };
};

/** The stable machine form, version 1, with a line end. */
export function jsonReport({ tool, complete, subject, findings, skipped, leftOut, stats }: Report): string {
  return machineJson({ version: 1, tool, complete, subject, findings, skipped, leftOut, stats }, findings.length);
}
