import { runs, runsAlone } from "./command-sign.ts";
import { type Laid, layFile, namedByFirst, placeInHome, sets } from "./home-file.ts";
import type { NpmOptions } from "./npm-options.ts";
import { bringsNpmToken, type NpmRegistry, npmHostVariables, npmRegistries } from "./npm-registry.ts";
import { npmrc, yarnrc } from "./npmrc.ts";
import { either, writeNotices } from "./own-writes.ts";
import { inFolder, isTheirs } from "./placement.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Sign, Surroundings } from "./recipe.ts";

const shared = {
  optional: false,
  options: async () => (await import("./npm-options.ts")).npmOptions,
  readsHost: npmHostVariables,
} as const;

/** What stands behind one of these is the name of a script or a setting. */
const others = "run|run-script|test|t|start|config|cache|set|get|pkg|prune";

const npmSign: Sign = {
  run: runs(
    "npm",
    "ci|clean-install|install-ci-test|cit|install|install-test|it|i|add|update|up|upgrade|exec|x|view|info|show|pack|publish|audit|outdated|init|create|whoami|ping",
    { others },
  ),
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
        "(?:(?:recursive|multi|m) )?(?:install|i|add|update|up|upgrade)|fetch|import|dlx|create|deploy|ci|clean-install|publish|pack|outdated|audit|view|info|self-update",
        { others },
      ),
      says: "runs pnpm with a registry",
    },
    { run: runs("pnpx", String.raw`@?[a-z][\w./@-]*`), says: "runs pnpx" },
  ],
  serve: (given, step) => serve(given, step, "pnpm"),
};

/** As it is called, and as a project keeps it: `node .yarn/releases/yarn-4.1.0.cjs`. */
const yarnProgram = String.raw`yarn(?:pkg|-[\d.]+\.c?js)?`;
const yarnValued =
  "--(?:cwd|cache-folder|global-folder|link-folder|modules-folder|preferred-cache-folder|mutex|network-concurrency|network-timeout|registry|proxy|https-proxy|otp|use-yarnrc)";

/** yarn 1 reads npm's file; later ones a file of their own, in the home folder and in every folder above the project. */
export const yarn: Recipe<NpmOptions> = {
  ...shared,
  name: "yarn",
  summary: "yarn, classic or later, with a registry that wants a login",
  signs: [
    {
      run: runs(
        yarnProgram,
        String.raw`install|add|upgrade|up|dlx|create|global add|import|outdated|audit|info|publish|npm \w+|workspaces focus|workspace \S+ (?:install|add|upgrade|up)`,
        { others },
      ),
      says: "runs yarn with a registry",
    },
    { run: runsAlone(yarnProgram, yarnValued), says: "runs yarn with a registry" },
  ],
  serve: (given, step) => serve(given, step, "yarn"),
};

function serve(given: NpmOptions, step: Surroundings, recipe: "npm" | "pnpm" | "yarn"): Serving | NeedsEnvMounts {
  const { registries, notices } = npmRegistries(given, step, recipe);
  const isYarn = recipe === "yarn";
  const laid = layNpmrc(given, step, npmrc(registries, isYarn));
  if ("needs" in laid) return laid;
  const berry = isYarn && !step.container ? [berryFile(registries, berryPlace(given, step))] : [];
  return {
    ...laid,
    mounts: [...laid.mounts, ...berry],
    brings: bringsNpmToken(registries, step),
    notices: [
      ...notices,
      ...laid.notices,
      ...userConfigNotices(step),
      ...(isYarn ? berryNotices(given, step) : []),
      ...writeNotices(
        step,
        writesUserConfig,
        "the step has npm write into its user's file, which is mounted and cannot be written to: use `npm config set --location=project`, or a variable (`NPM_CONFIG_FUND=false`)",
      ),
    ],
    notes:
      isYarn && step.container
        ? ["yarn 2 and later take no file from a mounted folder: only yarn 1 gets its login"]
        : [],
  };
}

/** pnpm has npm write what is npm's own: registries and logins (`configSet.ts`). */
const writesUserConfig = either(
  runs("npm", "config (?:set|delete|fix)|set|login|adduser|logout", {
    argument: /^(?:--location=(?:project|global)|-L=?(?:project|global)|project|global|-g|--global)$/,
  }),
  runs("pnpm", "config (?:set|delete) (?:@|//|registry\\b|_)|login|adduser|logout", {
    argument: /^--location=project$/,
  }),
);

const userConfig = ["NPM_CONFIG_USERCONFIG", "npm_config_userconfig"] as const;

function layNpmrc(given: NpmOptions, step: Surroundings, content: Content): Laid | NeedsEnvMounts {
  const target = "/run/secrets/npm-config";
  // npm takes both, and of two the one that the environment happens to have last
  const variable =
    userConfig.find((name) => sets(step, name)) ?? userConfig.find((name) => step.variable(name)) ?? userConfig[0];
  return layFile(step, {
    id: "npm-config",
    content,
    path: ".npmrc",
    home: given.home,
    named: namedByFirst(step, given.home, ...[...new Set([variable, userConfig[0]])].map((name) => [name] as const)),
    unfit: isDirectory(step, given.home ?? step.home)
      ? "the step runs in the home folder, and a mount would hide the project's own .npmrc there"
      : undefined,
    end: ".npmrc",
    elsewhere: { variable, target, value: target },
  });
}

function berryFile(registries: readonly NpmRegistry[], target: string): RecipeMount {
  return { kind: "file", id: "yarn-config", content: yarnrc(registries), target };
}

/** Every folder from the project up to `/` is looked into, and the home folder (yarnpkg/berry, `Configuration.ts`). */
function berryPlace(given: NpmOptions, step: Surroundings): string {
  return (
    (isDirectory(step, "/") ? placeInHome(step, { home: given.home, path: ".yarnrc.yml" }) : undefined) ?? rootFile
  );
}

const rootFile = "/.yarnrc.yml";

function isDirectory({ directory }: Surroundings, folder: string | undefined): boolean {
  return directory !== undefined && folder !== undefined && inFolder(directory, "") === inFolder(folder, "");
}

function userConfigNotices(step: Surroundings): string[] {
  const theirs = userConfig.find(
    (name) => step.assigned(name) === undefined && isTheirs(step, name, "npm-config-path"),
  );
  return theirs === undefined ? [] : [`a mount of the step's own sets ${theirs}, and npm then reads that file alone`];
}

function berryNotices(given: NpmOptions, step: Surroundings): string[] {
  if (step.container) return [];
  const name = step.variable("YARN_RC_FILENAME") ?? step.assigned("YARN_RC_FILENAME");
  return [
    ...(name === undefined ? [] : ["YARN_RC_FILENAME is set: yarn 2 and later do not read .yarnrc.yml then"]),
    ...(isDirectory(step, "/") && berryPlace(given, step) === rootFile
      ? [
          "the step runs in /, where the mount hides a .yarnrc.yml of the project's own: let it lie in a folder (`WORKDIR /app`)",
        ]
      : []),
  ];
}
