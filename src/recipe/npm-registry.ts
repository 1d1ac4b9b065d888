import { SealError } from "../error.ts";
import type { SourceConfig } from "../source/kind/kind.ts";
import type { NpmOptions } from "./npm-options.ts";
import { clearNotices } from "./origin.ts";
import type { Surroundings } from "./recipe.ts";
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
  for (const [what, all] of [
    ["registry", registries.map(({ url }) => url)],
    ["scope", registries.flatMap(({ scopes }) => scopes)],
    ["default", registries.flatMap(({ isDefault }) => (isDefault ? ["`default: true`"] : []))],
  ] as const) {
    const twice = all.find((one, at) => all.indexOf(one) !== at);
    if (twice === undefined) continue;
    throw new SealError(
      "GRANT",
      `recipe ${recipe}: ${twice} stands twice in \`registries\``,
      `Let each ${what} stand once`,
    );
  }
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
  const { said, notices } = saidUrl(step, ["NPM_CONFIG_REGISTRY", "npm_config_registry", "YARN_NPM_REGISTRY_SERVER"]);
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

/** Where the token comes from unless it is declared: from the variable that the job has. */
export function bringsNpmToken(registries: readonly NpmRegistry[], step: Surroundings): Record<string, SourceConfig> {
  if (!registries.some(({ secret }) => secret === npmToken)) return {};
  const name = step.host("NPM_TOKEN") === undefined && step.host("NODE_AUTH_TOKEN") !== undefined;
  return { [npmToken]: { from: "env", name: name ? "NODE_AUTH_TOKEN" : "NPM_TOKEN" } };
}

const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);
