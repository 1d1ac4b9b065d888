import { runs, runsAlone } from "./command-sign.ts";
import { type Laid, layFile, namedBy } from "./home-file.ts";
import type { NpmOptions } from "./npm-options.ts";
import { bringsNpmToken, type NpmRegistry, npmHostVariables, npmRegistries } from "./npm-registry.ts";
import { npmrc, yarnrc } from "./npmrc.ts";
import { isTheirs } from "./placement.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Sign, Surroundings } from "./recipe.ts";

const shared = {
  optional: false,
  options: async () => (await import("./npm-options.ts")).npmOptions,
  readsHost: npmHostVariables,
} as const;

const scripts = (program: string): RegExp =>
  new RegExp(`\\b${program}\\s+(?:run|run-script|test|t|start|config|cache|set|get|pkg|prune)\\b[^;&|\\n]*`, "g");

const npmSign: Sign = {
  run: runs(
    "npm",
    "ci|clean-install|install-ci-test|cit|install|install-test|it|i|add|update|up|upgrade|exec|x|view|info|show|pack|publish|audit|outdated|init|create|whoami|ping",
  ),
  except: scripts("npm"),
  says: "runs npm with a registry",
};

/** npm: an `.npmrc` in the home folder, beside the project's own. */
export const npm: Recipe<NpmOptions> = {
  ...shared,
  name: "npm",
  summary: "npm with a registry that wants a login",
  signs: [npmSign, { run: runs("npx", String.raw`(?:-\S+\s+)*@?[a-z][\w./@-]*`), says: "runs npx" }],
  serve: (given, step) => serve(given, step, "npm"),
};

/** pnpm reads npm's file. */
export const pnpm: Recipe<NpmOptions> = {
  ...shared,
  name: "pnpm",
  summary: "pnpm with a registry that wants a login",
  signs: [
    {
      run: runs(
        "pnpm",
        "install|i|add|update|up|upgrade|fetch|import|dlx|create|deploy|ci|clean-install|publish|pack|outdated|audit|view|info|self-update",
      ),
      except: scripts("pnpm"),
      says: "runs pnpm with a registry",
    },
    { run: runs("pnpx", String.raw`@?[a-z][\w./@-]*`), says: "runs pnpx" },
  ],
  serve: (given, step) => serve(given, step, "pnpm"),
};

/** yarn 1 reads npm's file; later ones a file of their own, in the home folder and in every folder above the project. */
export const yarn: Recipe<NpmOptions> = {
  ...shared,
  name: "yarn",
  summary: "yarn, classic or later, with a registry that wants a login",
  signs: [
    {
      run: runs(
        "yarn(?:pkg)?",
        String.raw`install|add|upgrade|up|dlx|create|global\s+add|import|outdated|audit|info|publish|npm\s+\w+|workspaces\s+focus`,
      ),
      except: scripts("yarn"),
      says: "runs yarn with a registry",
    },
    { run: runsAlone("yarn(?:pkg)?"), says: "runs yarn with a registry" },
  ],
  serve: (given, step) => serve(given, step, "yarn"),
};

function serve(given: NpmOptions, step: Surroundings, recipe: "npm" | "pnpm" | "yarn"): Serving | NeedsEnvMounts {
  const { registries, notices } = npmRegistries(given, step, recipe);
  const isYarn = recipe === "yarn";
  const laid = layNpmrc(given, step, npmrc(registries, isYarn));
  if ("needs" in laid) return laid;
  return {
    ...laid,
    mounts: [...laid.mounts, ...(isYarn && !step.container ? [berryFile(registries)] : [])],
    brings: bringsNpmToken(registries, step),
    notices: [...notices, ...userConfigNotices(step), ...(isYarn ? berryNotices(step) : [])],
  };
}

function layNpmrc(given: NpmOptions, step: Surroundings, content: Content): Laid | NeedsEnvMounts {
  const target = "/run/secrets/npm-config";
  return layFile(step, {
    id: "npm-config",
    content,
    path: ".npmrc",
    home: given.home,
    named: namedBy(step, "NPM_CONFIG_USERCONFIG") ?? namedBy(step, "npm_config_userconfig"),
    elsewhere: { variable: "NPM_CONFIG_USERCONFIG", target, value: target },
  });
}

/** Every folder from the project up to `/` is looked into, so this one needs no home folder. */
function berryFile(registries: readonly NpmRegistry[]): RecipeMount {
  return { kind: "file", id: "yarn-config", content: yarnrc(registries), target: "/.yarnrc.yml" };
}

function userConfigNotices(step: Surroundings): string[] {
  const theirs = ["NPM_CONFIG_USERCONFIG", "npm_config_userconfig"].find((name) =>
    isTheirs(step, name, "npm-config-path"),
  );
  return theirs === undefined ? [] : [`the step sets ${theirs} by itself, and npm then reads that file alone`];
}

function berryNotices(step: Surroundings): string[] {
  if (step.container) return ["yarn 2 and later take no file from a mounted folder: only yarn 1 gets its login"];
  const name = step.variable("YARN_RC_FILENAME") ?? step.assigned("YARN_RC_FILENAME");
  return name === undefined ? [] : ["YARN_RC_FILENAME is set: yarn 2 and later do not read /.yarnrc.yml then"];
}
