import { configPath, firstOf, namedBy, placeToTell } from "./home-file.ts";
import { isTheirs, text } from "./placement.ts";
import type { RecipeMount, Surroundings } from "./recipe.ts";
import type { SccacheOptions } from "./sccache-options.ts";
import { tomlText } from "./toml-text.ts";
import { bringsRegion } from "./web-identity.ts";

/** The settings of sccache's S3 store: option, its variable, its key in the config file. */
export const settings = [
  { option: "bucket", variable: "SCCACHE_BUCKET", key: "bucket" },
  { option: "region", variable: "SCCACHE_REGION", key: "region" },
  { option: "endpoint", variable: "SCCACHE_ENDPOINT", key: "endpoint" },
  { option: "keyPrefix", variable: "SCCACHE_S3_KEY_PREFIX", key: "key_prefix" },
  { option: "useSsl", variable: "SCCACHE_S3_USE_SSL", key: "use_ssl" },
  { option: "mode", variable: "SCCACHE_S3_RW_MODE", key: "rw_mode" },
] as const;

/** By variable: what is given, else what the Dockerfile says, else the host; never what a mount of the user's own brings, or the step sets itself. */
export type Wanted = ReadonlyMap<string, string>;

export function wantedSettings(
  given: SccacheOptions,
  step: Surroundings,
): { readonly wanted: Wanted; readonly region: string | undefined } {
  const inStep = (variable: string) => step.variable(variable) || undefined;
  const wanted = new Map<string, string>();
  for (const { option, variable } of settings) {
    if (isTheirs(step, variable, idOf(option))) continue;
    const value = asText(given[option]) ?? inStep(variable) ?? (step.host(variable) || undefined);
    if (value !== undefined) wanted.set(variable, value);
  }
  const elsewhere = () =>
    inStep("AWS_REGION") ?? (step.host("AWS_REGION") || step.host("AWS_DEFAULT_REGION") || undefined);
  const region =
    wanted.get("SCCACHE_REGION") ||
    step.assigned("SCCACHE_REGION") ||
    (bringsRegion(step) ? step.assigned("AWS_REGION") || undefined : elsewhere());
  // sccache needs the bucket's region even with an endpoint of one's own; without it, it has 0 hits and says nothing
  if (region !== undefined && hasBucket(step, wanted) && !bringsTheirRegion(step)) wanted.set("SCCACHE_REGION", region);
  return { wanted, region };
}

function hasBucket(step: Surroundings, wanted: Wanted): boolean {
  return wanted.has("SCCACHE_BUCKET") || bringsBucket(step);
}

function bringsBucket(step: Surroundings): boolean {
  return isTheirs(step, "SCCACHE_BUCKET", idOf("bucket")) || fallsBack(step, "SCCACHE_BUCKET");
}

function bringsTheirRegion(step: Surroundings): boolean {
  return isTheirs(step, "SCCACHE_REGION", idOf("region")) || fallsBack(step, "SCCACHE_REGION");
}

/** `NAME=${NAME:-other}`: what is given is kept, and something is there without it. */
function fallsBack(step: Surroundings, variable: string): boolean {
  return step.assigned(variable) === null;
}

/** Where the cache is: sccache's config file, or variables where the Dockerfile has already begun with these. */
export function configuration(
  step: Surroundings,
  wanted: ReadonlyMap<string, string>,
  home: string | undefined,
): { readonly mounts: readonly RecipeMount[]; readonly notices: readonly string[] } {
  if (!hasBucket(step, wanted)) return { mounts: [], notices: [] };
  // an empty one counts as set in sccache up to 0.14
  if (step.variable("SCCACHE_BUCKET") !== undefined || bringsBucket(step)) {
    const mounts = settings.flatMap(({ variable, option }) => {
      const value = wanted.get(variable);
      if (value === undefined || value === step.variable(variable)) return [];
      return [text(idOf(option), variable, () => value)];
    });
    return { mounts, notices: [] };
  }
  const content = { kind: "text" as const, render: () => configFile(wanted) };
  // SCCACHE_CONF, else the XDG base directory (mozilla/sccache, src/config.rs)
  const config = configPath(step, "sccache/config");
  const named = firstOf([namedBy(step, "SCCACHE_CONF"), config.named]);
  const wantedPlace = { home, ...config, named, end: "sccache/config" };
  const [variable, target] = ["SCCACHE_CONF", "/run/secrets/sccache-config"] as const;
  const { place, notices } = placeToTell(step, wantedPlace, "sccache-config", { variable, target });
  if ("at" in place) return { mounts: [{ kind: "file", id: "sccache-config", target: place.at, content }], notices };
  const mounts: RecipeMount[] = [
    { kind: "file", id: "sccache-config", target, content },
    text("sccache-config-path", variable, () => target),
  ];
  return { mounts, notices };
}

function configFile(wanted: ReadonlyMap<string, string>): string {
  const lines = ["[cache.s3]", "no_credentials = false"];
  for (const { variable, key } of settings) {
    const value = wanted.get(variable);
    if (value === undefined) continue;
    if (key === "use_ssl") lines.push(`${key} = ${/^(?:true|on|1)$/i.test(value)}`);
    else if (key === "rw_mode") {
      // sccache 0.10 refuses a file with this key, so the default is left out
      if (value === "READ_ONLY") lines.push(`${key} = "READ_ONLY"`);
    } else lines.push(`${key} = ${tomlText(value)}`);
  }
  return `${lines.join("\n")}\n`;
}

export const noBucket = {
  says: "no bucket is known: sccache would silently use the local disk, unless the base image sets SCCACHE_BUCKET",
  remedy: "Set `options: { bucket: … }` or SCCACHE_BUCKET on the host",
};

export function noticesOf(
  step: Surroundings,
  wanted: ReadonlyMap<string, string>,
  region: string | undefined,
): string[] {
  if (!hasBucket(step, wanted)) return [`${noBucket.says}. ${noBucket.remedy}`];
  return region === undefined && !bringsTheirRegion(step) && !bringsRegion(step)
    ? [
        "no region is known: sccache would silently have no hits. Set `options: { region: … }` or AWS_REGION on the host",
      ]
    : [];
}

function asText(value: string | boolean | undefined): string | undefined {
  if (value === "read-only") return "READ_ONLY";
  if (value === "read-write") return "READ_WRITE";
  return value === undefined ? undefined : String(value);
}

/** The id of a mount that gives one setting as a variable: `sccache-key-prefix`. */
function idOf(option: string): string {
  return `sccache-${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
