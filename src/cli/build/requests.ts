import type { BuildCommand } from "../../buildx/build-command.ts";
import type { ScanMode } from "../../buildx/own-flag.ts";
import { SealError } from "../../error.ts";
import { type CachedRule, cachedRule, requireGate } from "../../grant/policy.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { refuseUnwritable } from "../../system/writable-place.ts";
import { namedRecipes, readRequests } from "../grant-requests.ts";
import type { Machine } from "../machine.ts";
import { type GateSettings, usualGate } from "../scan-image/gate-settings.ts";
import { isOn } from "../switch.ts";
import type { Site } from "./site.ts";

/** What the user wants, from flags over variables over the file, within what the policy allows. */
export type Wishes = {
  readonly requests: readonly GrantRequest[];
  readonly scan: ScanMode;
  readonly cached: CachedRule;
  readonly requireIdentity: boolean;
  readonly allowExec: boolean;
  readonly report: string | undefined;
  /** By which rules results are searched, and what of what they find is known or accepted. */
  readonly gate: GateSettings;
};

const scanModes: readonly string[] = ["gate", "warn", "off"];

/** @throws SealError ARGUMENT, OUTPUT, GRANT, POLICY */
export async function readWishes(site: Site, command: BuildCommand, machine: Machine): Promise<Wishes> {
  const { environment } = machine;
  const { own } = command;
  const scan = own.scan ?? scanFrom(environment["BUILDSEAL_SCAN"]) ?? site.config?.scan?.mode ?? "gate";
  requireGate(site.policy, scan);
  return {
    requests: await readRequests(
      site,
      namedRecipes({ flag: "--seal-with", names: own.with, variable: environment["BUILDSEAL_WITH"] }),
    ),
    scan,
    cached: cachedRule(site.policy, site.config?.scan?.cached),
    requireIdentity: own.requireIdentity || isOn(environment["BUILDSEAL_REQUIRE_IDENTITY"]),
    allowExec: own.allow.includes("exec"),
    report: own.print ? undefined : await reportPath(own.report ?? (environment["BUILDSEAL_REPORT"] || undefined)),
    gate: scan === "off" ? usualGate : await gateOf(site, machine),
  };
}

/** @throws SealError CONFIG */
async function gateOf({ config, configPath }: Site, { now }: Machine): Promise<GateSettings> {
  const { baseline, ignore, only, skipPaths, rules } = config?.scan ?? {};
  if ([baseline, ignore, only, skipPaths, rules].every((key) => key === undefined)) return usualGate;
  const { readGateSettings } = await import("../scan-image/read-gate-settings.ts");
  return readGateSettings(config?.scan, configPath, now);
}

function scanFrom(value: string | undefined): ScanMode | undefined {
  if (value === undefined || value === "") return undefined;
  if (scanModes.includes(value)) return value as ScanMode;
  throw new SealError("ARGUMENT", "BUILDSEAL_SCAN has a value that is none of gate, warn, off", "Correct or unset it");
}

/** What is known before the build is said before it, which may take an hour. @throws SealError ARGUMENT, OUTPUT */
async function reportPath(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  if (!/\.(?:json|html)$/.test(path)) {
    throw new SealError(
      "ARGUMENT",
      `The report is JSON or HTML, and ${path} has another ending`,
      "Write --seal-report=FILE.json or FILE.html",
    );
  }
  // the build may make its folder, or the report itself does
  await refuseUnwritable(path, { makesFolder: true });
  return path;
}
