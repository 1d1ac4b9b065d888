import { expect } from "vitest";
import { type Outcome, type RunOptions, runBuildseal } from "./buildseal.ts";

export interface Place {
  readonly surface: string;
  readonly platform?: string;
  readonly layer?: {
    readonly index: number;
    readonly digest?: string;
    readonly diffId?: string;
    readonly createdBy?: string;
  };
  readonly path?: string;
  readonly inner?: readonly string[];
  readonly offset?: number;
  readonly line?: number;
  readonly deletedIn?: number;
}

export interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly fingerprint: string;
  readonly secret?: { readonly name?: string; readonly encoding?: string; readonly redacted: string };
  readonly where: Place;
  readonly places?: readonly Place[];
}

export interface ScanReport {
  readonly complete: boolean;
  readonly subject: { readonly name: string; readonly digest?: string; readonly platforms: readonly string[] };
  readonly findings: readonly Found[];
  readonly skipped: readonly { readonly what: string; readonly why: string }[];
  readonly stats: { readonly bytes: number; readonly files: number; readonly layers: number };
}

export interface Scanned extends Outcome {
  readonly json: ScanReport;
}

/** Runs `buildseal scan-image` on an image that it cannot open at all: it says why in a sentence, and writes no report. */
export async function refuseImage(
  image: string,
  words: readonly string[] = [],
  options: Partial<RunOptions> = {},
): Promise<string> {
  const { status, stdout, stderr } = await runBuildseal(["scan-image", image, "--format", "json", ...words], {
    env: process.env,
    ...options,
  });
  expect({ status, stdout }, stderr).toEqual({ status: 2, stdout: "" });
  expect(stderr).not.toContain("a mistake of buildseal's own");
  return stderr;
}

/** Runs `buildseal scan-image` with a report in JSON on stdout. */
export async function scanImage(
  image: string,
  words: readonly string[] = [],
  options: Partial<RunOptions> = {},
): Promise<Scanned> {
  const outcome = await runBuildseal(["scan-image", image, "--format", "json", ...words], {
    env: process.env,
    ...options,
  });
  let json: ScanReport;
  try {
    json = JSON.parse(outcome.stdout);
  } catch {
    throw new Error(`no report of ${image} (status ${outcome.status}): ${outcome.stderr}`);
  }
  return { ...outcome, json };
}

export const placesOf = ({ where, places = [] }: Found): readonly Place[] => [where, ...places];

/** All places of a known value, of all findings that name it. */
export const placesOfName = ({ findings }: ScanReport, name: string): readonly Place[] =>
  findings.filter(({ secret }) => secret?.name === name).flatMap(placesOf);

/** Nothing was found, and all was read. */
export function expectClean({ status, json, output }: Scanned): void {
  expect({ findings: json.findings, skipped: json.skipped, complete: json.complete }, output).toEqual({
    findings: [],
    skipped: [],
    complete: true,
  });
  expect(status, output).toBe(0);
}
