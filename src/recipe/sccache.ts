import { identityVariables, lacksRole, lastingCredentials, sessionSource } from "./aws-credentials.ts";
import { compilerVariables, compilesC } from "./compiles-c.ts";
import { compilesRust } from "./compiles-rust.ts";
import { names } from "./named-program.ts";
import type { NeedsEnvMounts, Recipe, Serving, Surroundings } from "./recipe.ts";
import type { SccacheOptions } from "./sccache-options.ts";
import { configuration, noticesOf, settings, type Wanted, wantedSettings } from "./sccache-settings.ts";
import { ownPlace, sessionFiles } from "./session-files.ts";
import { staticKeyNotices, webIdentityProfile, webIdentitySource, webIdentityVariables } from "./web-identity.ts";

const runsSccache = names("sccache", /\bsccache\s+(?:--version|-V|--help|-h)(?=\s|$)/g);

/**
 * sccache with S3 as its store. Its config file at the default place says where (bucket, region, endpoint); the web
 * identity says who, by variables that hold a path, a role and a region (taken by every version), or by a profile
 * (`form: files`; 0.19 does not take web identity from a profile).
 *
 * Where SCCACHE_BUCKET is in the step's environment, sccache takes its whole S3 configuration from variables and
 * leaves the file's aside (mozilla/sccache, src/config.rs, `config_from_env`): then the settings are variables too.
 *
 * It runs as a server through its step and reads a session once, but a web identity again and again: a step that is
 * longer than a session needs the latter. A session is for jobs that have no such file, and for who asks.
 */
export const sccache: Recipe<SccacheOptions> = {
  name: "sccache",
  summary: "sccache with its cache in S3, by web identity",
  optional: true,
  options: async () => (await import("./sccache-options.ts")).sccacheOptions,
  readsHost: [
    "SCCACHE_BUCKET",
    "SCCACHE_REGION",
    "SCCACHE_ENDPOINT",
    "SCCACHE_S3_KEY_PREFIX",
    "SCCACHE_S3_USE_SSL",
    "SCCACHE_S3_RW_MODE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    ...identityVariables,
  ],
  signs: [
    { run: runsSccache, says: "runs sccache" },
    {
      run: compilesRust,
      variable: { names: ["RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"], value: /sccache/ },
      says: "compiles Rust, and RUSTC_WRAPPER is sccache",
    },
    {
      run: compilesC,
      variable: { names: compilerVariables, value: /sccache/ },
      says: "compiles, and its compiler launcher is sccache",
    },
  ],
  serve,
};

function serve(given: SccacheOptions, step: Surroundings): Serving | NeedsEnvMounts {
  const { wanted, region } = wantedSettings(given, step);
  const { place, notices: ofPlace } = ownPlace(step, given.home, "AWS_CONFIG_FILE", "config", "aws-identity-profile");
  const asked = given.form;
  const notices = [
    ...noticesOf(step, wanted, region),
    ...staticKeyNotices(step),
    ...configuration(step, wanted, given.home).notices,
  ];
  if (lastingCredentials(given, step) === "session") return serveSession(given, step, wanted, notices);

  if (asked === "files" && "unfit" in place) {
    if (!step.envMounts) return { needs: "env-mounts", why: place.unfit };
    return withVariables(
      given,
      step,
      wanted,
      region,
      `files asked for, but ${place.unfit}: paths as variables`,
      notices,
    );
  }
  if (asked === "files" && "at" in place) {
    return withFiles(given, step, wanted, region, place.at, "asked for (`form: files`)", [...notices, ...ofPlace]);
  }
  if (!step.envMounts) {
    if (asked === "variables" || "unfit" in place) {
      return { needs: "env-mounts", why: "unfit" in place ? place.unfit : "`form: variables` was asked for" };
    }
    return withFiles(given, step, wanted, region, place.at, "this builder's frontend takes no variable from a mount", [
      ...notices,
      ...ofPlace,
      "sccache 0.18 and later does not take web identity from a profile: with it use a newer frontend (`# syntax=docker/dockerfile:1`)",
    ]);
  }
  return withVariables(given, step, wanted, region, "every version of sccache takes it", notices);
}

/** The secret that a session comes from, unless the configuration declares it. */
const sessionSecret = "sccache-session";

function serveSession(
  given: SccacheOptions,
  step: Surroundings,
  wanted: Wanted,
  notices: readonly string[],
): Serving | NeedsEnvMounts {
  const { form, home } = given;
  const files = sessionFiles(step, { secret: sessionSecret, form, home, region: undefined });
  if ("needs" in files) return files;
  const source = sessionSource(given, step, cachePolicy(wanted, step));
  const isNarrow = "policy" in source && source.policy !== undefined;
  return {
    form: files.form,
    why: `a session, which sccache reads once: ${files.why}`,
    mounts: [...files.mounts, ...configuration(step, wanted, home).mounts],
    brings: { [sessionSecret]: source },
    notices: [...notices, ...files.notices],
    notes: isNarrow
      ? []
      : [
          "the session is not narrowed to the bucket: that takes a role (`options: { roleArn: … }`) and the bucket's name",
        ],
  };
}

/**
 * What the cache is, and no more. Who may not list the bucket is told 403 of an object that is missing, which ends
 * sccache's server at its start, and a condition on the prefix is not met by a GetObject: so names can be listed.
 */
function cachePolicy(wanted: Wanted, step: Surroundings) {
  const bucket = step.assigned("SCCACHE_BUCKET") || wanted.get("SCCACHE_BUCKET");
  const prefix = step.assigned("SCCACHE_S3_KEY_PREFIX") || wanted.get("SCCACHE_S3_KEY_PREFIX");
  const mode = wanted.get("SCCACHE_S3_RW_MODE");
  if (bucket === undefined) return undefined;
  return {
    bucket,
    ...(prefix !== undefined && { prefix, list: "bucket" as const }),
    ...(mode === "READ_ONLY" && { access: "read" as const }),
    ...(mode === "READ_WRITE" && { access: "read-write" as const }),
  };
}

function withVariables(
  given: SccacheOptions,
  step: Surroundings,
  wanted: ReadonlyMap<string, string>,
  region: string | undefined,
  why: string,
  notices: readonly string[],
): Serving {
  return {
    form: "variables",
    why,
    mounts: [...webIdentityVariables(step, region), ...configuration(step, wanted, given.home).mounts],
    brings: webIdentitySource(given.roleArn),
    ...(lacksRole(given, step) && { lacksRole: true }),
    notices,
  };
}

function withFiles(
  given: SccacheOptions,
  step: Surroundings,
  wanted: ReadonlyMap<string, string>,
  region: string | undefined,
  profile: string,
  why: string,
  notices: readonly string[],
): Serving {
  const settingsInStep = settings.filter(({ variable }) => step.variable(variable));
  return {
    form: "files",
    why,
    mounts: [...webIdentityProfile(step, profile, region), ...configuration(step, wanted, given.home).mounts],
    brings: webIdentitySource(given.roleArn),
    ...(lacksRole(given, step) && { lacksRole: true }),
    notices,
    notes:
      settingsInStep.length === 0
        ? []
        : [
            `the Dockerfile itself sets ${settingsInStep.map(({ variable }) => variable).join(", ")} in the step's environment`,
          ],
  };
}
