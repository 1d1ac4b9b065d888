import type { BuildCommand } from "../../buildx/build-command.ts";
import type { ScanMode } from "../../buildx/own-flag.ts";
import { SealError } from "../../error.ts";
import { type CachedRule, cachedRule, requireGate } from "../../grant/policy.ts";
import type { GrantRequest } from "../../grant/request.ts";
import type { Machine } from "../machine.ts";
import type { Site } from "./site.ts";

/** What the user wants, from flags over variables over the file, within what the policy allows. */
export type Wishes = {
  readonly requests: readonly GrantRequest[];
  readonly scan: ScanMode;
  readonly cached: CachedRule;
  readonly requireIdentity: boolean;
  readonly allowExec: boolean;
  readonly report: string | undefined;
};

const scanModes: readonly string[] = ["gate", "warn", "off"];

/** @throws SealError ARGUMENT, GRANT, POLICY */
export async function readWishes(site: Site, command: BuildCommand, machine: Machine): Promise<Wishes> {
  const { environment } = machine;
  const { own } = command;
  const scan = own.scan ?? scanFrom(environment["BUILDSEAL_SCAN"]) ?? site.config?.scan?.mode ?? "gate";
  requireGate(site.policy, scan);
  return {
    requests: await readRequests(site, command, environment["BUILDSEAL_WITH"]),
    scan,
    cached: cachedRule(site.policy, site.config?.scan?.cached),
    requireIdentity: own.requireIdentity || isOn(environment["BUILDSEAL_REQUIRE_IDENTITY"]),
    allowExec: own.allow.includes("exec"),
    report: reportPath(own.report ?? (environment["BUILDSEAL_REPORT"] || undefined)),
  };
}

async function readRequests(
  site: Site,
  command: BuildCommand,
  fromVariable: string | undefined,
): Promise<GrantRequest[]> {
  const names = command.own.with.length > 0 ? command.own.with : namesIn(fromVariable);
  const entries = site.config?.grants ?? [];
  if (names.length === 0 && entries.length === 0) return [];
  const [{ readRequest, requestRecipe }, { recipes }] = await Promise.all([
    import("../../grant/request.ts"),
    import("../../recipe/recipes.ts"),
  ]);
  const origin = site.configPath ?? "buildseal.yaml";
  const requests = await Promise.all(
    entries.map((entry, at) => readRequest(entry, `${origin}, grants[${at}]`, recipes)),
  );
  const configured = new Set(requests.flatMap((request) => (request.kind === "recipe" ? [request.recipe.name] : [])));
  for (const name of names) {
    // a recipe that the file already grants, with its own options and steps, is the same wish
    if (!configured.has(name))
      requests.push(requestRecipe(name, command.own.with.length > 0 ? "--seal-with" : "BUILDSEAL_WITH", recipes));
  }
  return requests;
}

function scanFrom(value: string | undefined): ScanMode | undefined {
  if (value === undefined || value === "") return undefined;
  if (scanModes.includes(value)) return value as ScanMode;
  throw new SealError("ARGUMENT", "BUILDSEAL_SCAN has a value that is none of gate, warn, off", "Correct or unset it");
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on)$/i.test(value);
}

function reportPath(path: string | undefined): string | undefined {
  if (path === undefined || path.endsWith(".json")) return path;
  throw new SealError(
    "ARGUMENT",
    `The report is JSON, and ${path} has another ending`,
    "Write --seal-report=FILE.json",
  );
}

function namesIn(list: string | undefined): string[] {
  const names = (list ?? "").split(",").map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}
