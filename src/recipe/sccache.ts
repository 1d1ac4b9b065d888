import type { NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";
import type { SccacheOptions } from "./sccache-options.ts";
import { configuration, noticesOf, settings, wantedSettings } from "./sccache-settings.ts";
import {
  homeUnknown,
  profilePlace,
  staticKeyNotices,
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

function serve(given: SccacheOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { wanted, region } = wantedSettings(given, step);
  const home = given.home ?? step.home;
  const filesWork = step.user === "root" && home !== undefined;
  const asked = given.form;
  const notices = [...noticesOf(step, wanted, region), ...staticKeyNotices(step)];

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
    mounts: [
      ...webIdentityVariables(step, region),
      ...configuration(step, wanted, step.user === "root" ? home : undefined),
    ],
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
