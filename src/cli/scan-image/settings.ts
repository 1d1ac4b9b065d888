import { dirname, join } from "node:path";
import type { Config } from "../../config/config.ts";
import { readConfig } from "../../config/read-config.ts";
import type { Severity } from "../../finding/finding.ts";
import { exists, readText } from "../../system/text-file.ts";
import type { Machine } from "../machine.ts";
import { createWarn } from "../warn-once.ts";
import type { ScanCommand } from "./arguments.ts";

type Scan = NonNullable<Config["scan"]>;

/** How an image is to be scanned: what the flags say, and beside them the configuration. Paths are as they can be opened. */
export type ScanSettings = {
  readonly failOn: Severity | "never";
  /** Rules; empty: all of them. `from` says who wants that. */
  readonly only: { readonly rules: readonly string[]; readonly from: string };
  readonly ruleFiles: readonly string[];
  readonly skipPaths: readonly string[];
  readonly baseline: string | undefined;
  /** A file, or what stands in the configuration itself. */
  readonly ignore:
    | string
    | { readonly entries: Exclude<Scan["ignore"], string | undefined>; readonly file: string }
    | undefined;
};

type Wishes = Pick<ScanCommand, "failOn" | "only" | "ruleFiles" | "skipPaths" | "baseline" | "ignore" | "config">;

/**
 * The configuration is looked for in the folder one is in, and upwards: what is scanned does not bring its own.
 * @throws SealError CONFIG
 */
export async function readSettings(wishes: Wishes, machine: Machine): Promise<ScanSettings> {
  const { environment, folder } = machine;
  const named = wishes.config ?? (environment["BUILDSEAL_CONFIG"] || undefined);
  const found = await readConfig({ named, start: folder }, { readText, exists, warn: createWarn(machine) });
  return settingsOf(wishes, found?.config.scan ?? {}, found?.path ?? "");
}

/** A flag counts before the file; rules and paths of both count. */
export function settingsOf(wishes: Omit<Wishes, "config">, scan: Scan, configPath: string): ScanSettings {
  const there = (path: string) => join(dirname(configPath), path);
  const { ignore } = scan;
  return {
    failOn: wishes.failOn ?? scan.failOn ?? "error",
    only:
      wishes.only.length > 0
        ? { rules: wishes.only, from: "--only" }
        : // known values are searched for whatever a checkout says
          { rules: scan.only === undefined ? [] : [...scan.only, "known-value"], from: "scan.only" },
    ruleFiles: [...wishes.ruleFiles, ...(scan.rules ?? []).map(there)],
    skipPaths: [...wishes.skipPaths, ...(scan.skipPaths ?? [])],
    baseline: wishes.baseline ?? (scan.baseline === undefined ? undefined : there(scan.baseline)),
    ignore:
      wishes.ignore ??
      (typeof ignore === "string"
        ? there(ignore)
        : ignore === undefined
          ? undefined
          : { entries: ignore, file: configPath }),
  };
}
