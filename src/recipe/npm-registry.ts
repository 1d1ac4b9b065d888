import { SealError } from "../error.ts";
import type { SourceConfig } from "../source/kind/kind.ts";
import type { NpmOptions } from "./npm-options.ts";
import { clearNotices } from "./origin.ts";
import type { Surroundings } from "./recipe.ts";
import { refuseTwice } from "./refuse-twice.ts";
import { saidUrl } from "./registry-url.ts";

/** A registry for npm's packages, and who logs in there by what. */
export type NpmRegistry = {
  /** With a slash at its end. */
  readonly url: string;
  readonly scopes: readonly string[];
  readonly isDefault: boolean;
  readonly secret: string;
  /** Undefined: the secret is a token. */
  readonly user: string | undefined;
};

/** The secret's name where the options give none. */
export const npmToken = "npm-token";

/** The variables of the host that say where packages come from, or hold the token. */
export const npmHostVariables = [
  "NPM_CONFIG_REGISTRY",
  "npm_config_registry",
  "YARN_NPM_REGISTRY_SERVER",
  "NPM_TOKEN",
  "NODE_AUTH_TOKEN",
  "npm_command",
  "npm_execpath",
];

/**
 * The registries by the options, else the one that the Dockerfile's or the host's own variables name.
 *
 * @throws SealError GRANT where there is none, or one URL or scope stands twice
 */
export function npmRegistries(
  given: NpmOptions,
  step: Surroundings,
  recipe: string,
): { readonly registries: readonly NpmRegistry[]; readonly notices: readonly string[] } {
  const { registries, notices } = given.registries === undefined ? byVariables(step, recipe) : byOptions(given);
  refuseTwice(
    recipe,
    "registry",
    registries.map(({ url }) => url),
  );
  refuseTwice(
    recipe,
    "scope",
    registries.flatMap(({ scopes }) => scopes),
  );
  refuseTwice(
    recipe,
    "default",
    registries.flatMap(({ url, isDefault }) => (isDefault ? [url] : [])),
    () => "",
  );
  return { registries, notices: [...notices, ...clearNotices(registries.map(({ url }) => url))] };
}

function byOptions(given: NpmOptions): { registries: NpmRegistry[]; notices: readonly string[] } {
  const registries = (given.registries ?? []).map(({ url, scopes = [], default: isDefault = false, ...login }) => ({
    url: withSlash(url),
    scopes,
    isDefault,
    secret: login.secret ?? npmToken,
    user: login.user,
  }));
  return { registries, notices: [] };
}

function byVariables(step: Surroundings, recipe: string): { registries: NpmRegistry[]; notices: readonly string[] } {
  const { said, notices } = saidUrl(withoutOwn(step), [
    "NPM_CONFIG_REGISTRY",
    "npm_config_registry",
    "YARN_NPM_REGISTRY_SERVER",
  ]);
  if (said === undefined) {
    throw new SealError(
      "GRANT",
      `recipe ${recipe}: it is not known which registry the token is for`,
      "Set `options: { registries: [{ url: … }] }`, or NPM_CONFIG_REGISTRY in the Dockerfile or on the host",
    );
  }
  const registry = { url: withSlash(said.url), scopes: [], isDefault: true, secret: npmToken, user: undefined };
  return { registries: [registry], notices };
}

/** npm, pnpm and yarn give what they run their own settings: where they start us, that is nothing that the user said. */
function withoutOwn(step: Surroundings): Surroundings {
  const isOwn = step.host("npm_command") !== undefined || step.host("npm_execpath") !== undefined;
  return isOwn ? { ...step, host: (name) => (name === "npm_config_registry" ? undefined : step.host(name)) } : step;
}

/** Where the token comes from unless it is declared: from the variable that the job has. */
export function bringsNpmToken(registries: readonly NpmRegistry[], step: Surroundings): Record<string, SourceConfig> {
  if (!registries.some(({ secret }) => secret === npmToken)) return {};
  const other = step.host("NODE_AUTH_TOKEN");
  // actions/setup-node sets that one for a job that has none, so that npm finds a variable
  const isOther = !step.host("NPM_TOKEN") && other !== undefined && other !== "XXXXX-XXXXX-XXXXX-XXXXX";
  return { [npmToken]: { from: "env", name: isOther ? "NODE_AUTH_TOKEN" : "NPM_TOKEN" } };
}

const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);
