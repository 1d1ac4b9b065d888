import type { NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";
import type { SccacheOptions } from "./sccache-options.ts";
import {
  homeUnknown,
  inFolder,
  profilePlace,
  staticKeyNotices,
  text,
  webIdentityProfile,
  webIdentitySecret,
  webIdentityVariables,
} from "./web-identity.ts";

/**
 * sccache with S3 as its store. Its config file at the default place says where (bucket, region, endpoint); the web
 * identity says who, by variables that hold a path, a role and a region (taken by every version), or by a profile
 * (`form: files`; 0.19 does not take web identity from a profile).
 *
 * Where SCCACHE_BUCKET is in the step's environment, sccache takes its whole S3 configuration from variables and
 * leaves the file's aside (mozilla/sccache, src/config.rs, `config_from_env`): then the settings are variables too.
 */
export const sccache: Recipe<SccacheOptions> = {
  name: "sccache",
  summary: "sccache with its cache in S3, by web identity",
  optional: true,
  options: async () => (await import("./sccache-options.ts")).sccacheOptions,
  secrets: { [webIdentitySecret]: { from: "irsa" } },
  readsHost: [
    "SCCACHE_BUCKET",
    "SCCACHE_REGION",
    "SCCACHE_ENDPOINT",
    "SCCACHE_S3_KEY_PREFIX",
    "SCCACHE_S3_USE_SSL",
    "SCCACHE_S3_RW_MODE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
  ],
  signs: [
    {
      run: /\bsccache\b/,
      // being fetched, unpacked, moved or installed is not yet being used
      except:
        /\b(?:curl|wget|tar|cp|mv|mkdir|chmod|install|ln|cargo (?:b?install)|pip3? install|apt(?:-get)? install|apk add|dnf install|brew install)\b[^;&|\n]*\bsccache\b[^;&|\n]*|\b(?:ENV|export)\s+[A-Z_]*SCCACHE[A-Z_]*=\S*/g,
      says: "runs sccache",
    },
    {
      run: /\b(?:cargo\s+(?:\+\S+\s+)?(?:build|b|test|t|check|clippy|run|rustc|bench|install|doc|nextest|chef)|maturin|rustc)\b/,
      variable: { name: /^(?:RUSTC_WRAPPER|CARGO_BUILD_RUSTC_WRAPPER|RUSTC_WORKSPACE_WRAPPER)$/, value: /sccache/ },
      says: "compiles Rust, and RUSTC_WRAPPER is sccache",
    },
    {
      run: /\b(?:cmake|ninja|make|meson|ctest|pip3?|python3?|uv)\b|\.\/configure\b/,
      variable: { name: /^(?:CMAKE_(?:C|CXX|CUDA|HIP)_COMPILER_LAUNCHER|CC|CXX|NVCC|CUDACXX)$/, value: /sccache/ },
      says: "compiles, and its compiler launcher is sccache",
    },
  ],
  serve,
};

/** The settings of sccache's S3 store: option, its variable, its key in the config file. */
const settings = [
  { option: "bucket", variable: "SCCACHE_BUCKET", key: "bucket" },
  { option: "region", variable: "SCCACHE_REGION", key: "region" },
  { option: "endpoint", variable: "SCCACHE_ENDPOINT", key: "endpoint" },
  { option: "keyPrefix", variable: "SCCACHE_S3_KEY_PREFIX", key: "key_prefix" },
  { option: "useSsl", variable: "SCCACHE_S3_USE_SSL", key: "use_ssl" },
  { option: "mode", variable: "SCCACHE_S3_RW_MODE", key: "rw_mode" },
] as const;

function serve(given: SccacheOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const inStep = (variable: string) => step.variable(variable) || undefined;
  const wanted = new Map<string, string>();
  for (const { option, variable } of settings) {
    const value = asText(given[option]) ?? inStep(variable) ?? (step.host(variable) || undefined);
    if (value !== undefined) wanted.set(variable, value);
  }
  const region =
    wanted.get("SCCACHE_REGION") ??
    inStep("AWS_REGION") ??
    (step.host("AWS_REGION") || step.host("AWS_DEFAULT_REGION") || undefined);
  // sccache needs the bucket's region even with an endpoint of one's own; without it, it has 0 hits and says nothing
  if (region !== undefined && wanted.has("SCCACHE_BUCKET")) wanted.set("SCCACHE_REGION", region);

  const home = given.home ?? step.home;
  const filesWork = step.user === "root" && home !== undefined;
  const asked = given.form;
  const notices = [...noticesOf(wanted, region), ...staticKeyNotices(step)];

  if (asked === "files" && !filesWork) {
    if (!step.envMounts) return { needs: "env-mounts", why: homeUnknown(step) };
    return withVariables(
      step,
      wanted,
      region,
      home,
      `files asked for, but ${homeUnknown(step)}: paths as variables`,
      notices,
    );
  }
  if (asked === "files") {
    return withFiles(step, wanted, region, home!, "asked for (`form: files`)", notices);
  }
  if (!step.envMounts) {
    if (asked === "variables" || !filesWork) {
      return {
        needs: "env-mounts",
        why: asked === "variables" ? "`form: variables` was asked for" : homeUnknown(step),
      };
    }
    return withFiles(step, wanted, region, home!, "this builder's frontend takes no variable from a mount", [
      ...notices,
      "sccache 0.18 and later does not take web identity from a profile: with it use a newer frontend (`# syntax=docker/dockerfile:1`)",
    ]);
  }
  return withVariables(step, wanted, region, home, "every version of sccache takes it", notices);
}

function withVariables(
  step: Surroundings,
  wanted: ReadonlyMap<string, string>,
  region: string | undefined,
  home: string | undefined,
  why: string,
  notices: readonly string[],
): Serving {
  return {
    form: "variables",
    why,
    mounts: [...webIdentityVariables(region), ...configuration(step, wanted, step.user === "root" ? home : undefined)],
    notices,
  };
}

function withFiles(
  step: Surroundings,
  wanted: ReadonlyMap<string, string>,
  region: string | undefined,
  home: string,
  why: string,
  notices: readonly string[],
): Serving {
  const settingsInStep = settings.filter(({ variable }) => step.variable(variable));
  return {
    form: "files",
    why,
    mounts: [...webIdentityProfile(step, profilePlace(step, home), region), ...configuration(step, wanted, home)],
    notices: [
      ...notices,
      ...(settingsInStep.length === 0
        ? []
        : [
            `the Dockerfile itself sets ${settingsInStep.map(({ variable }) => variable).join(", ")} in the step's environment`,
          ]),
    ],
  };
}

/** Where the cache is: sccache's config file, or variables where the Dockerfile has already begun with these. */
function configuration(
  step: Surroundings,
  wanted: ReadonlyMap<string, string>,
  home: string | undefined,
): RecipeMount[] {
  if (!wanted.has("SCCACHE_BUCKET")) return [];
  // an empty one counts as set in sccache up to 0.14
  if (step.variable("SCCACHE_BUCKET") !== undefined) {
    return settings.flatMap(({ variable, option }) => {
      const value = wanted.get(variable);
      if (value === undefined || value === step.variable(variable)) return [];
      return [text(`sccache-${kebab(option)}`, variable, () => value)];
    });
  }
  const content = { kind: "text" as const, render: () => configFile(wanted) };
  if (home !== undefined) {
    return [{ kind: "file", id: "sccache-config", target: configPlace(step, home), content }];
  }
  const target = "/run/secrets/sccache-config";
  return [
    { kind: "file", id: "sccache-config", target, content },
    text("sccache-config-path", "SCCACHE_CONF", () => target),
  ];
}

/** Where sccache looks for its file: SCCACHE_CONF, else the XDG base directory (mozilla/sccache, src/config.rs). */
function configPlace(step: Surroundings, home: string): string {
  const named = step.variable("SCCACHE_CONF");
  if (named?.startsWith("/")) return named;
  const base = step.variable("XDG_CONFIG_HOME");
  return base?.startsWith("/") ? inFolder(base, "sccache/config") : inFolder(home, ".config/sccache/config");
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

/** A basic string: JSON's escapes are TOML's, but TOML wants the delete character escaped as well. */
function tomlText(value: string): string {
  return JSON.stringify(value).replaceAll("\x7f", "\\u007f");
}

function noticesOf(wanted: ReadonlyMap<string, string>, region: string | undefined): string[] {
  if (!wanted.has("SCCACHE_BUCKET")) {
    return [
      "no bucket is known: sccache would silently use the local disk, unless the base image sets SCCACHE_BUCKET. Set `options: { bucket: … }` or SCCACHE_BUCKET on the host",
    ];
  }
  return region === undefined
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

function kebab(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
