import type { Finding, Skipped } from "../finding/finding.ts";

/** What was looked at, and what came of it. Every string in it must be safe to show. */
export type Report = {
  readonly tool: { readonly name: string; readonly version: string };
  readonly complete: boolean;
  readonly subject: {
    readonly kind: "image" | "files";
    readonly name: string;
    readonly digest?: string;
    readonly platforms?: readonly string[];
  };
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly stats: { readonly bytes: number; readonly files: number; readonly layers: number; readonly ms: number };
};

/** The stable machine form, version 1, with a line end. */
export function jsonReport({ tool, complete, subject, findings, skipped, stats }: Report): string {
  return `${JSON.stringify({ version: 1, tool, complete, subject, findings, skipped, stats }, undefined, 2)}\n`;
}
