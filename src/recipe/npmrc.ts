import { SealError } from "../error.ts";
import type { NpmRegistry } from "./npm-registry.ts";
import type { Content, ValueOf } from "./recipe.ts";
import { basicOf, lineOf, wordOf } from "./value.ts";

/**
 * `.npmrc`, as npm, pnpm and yarn 1 read it: a credential stands below the registry's URL without its scheme.
 *
 * @param alwaysAuth yarn 1 sends none for packages without a scope unless `always-auth` is set; npm 12 warns of it
 */
export function npmrc(registries: readonly NpmRegistry[], alwaysAuth: boolean): Content {
  const lines = (registry: NpmRegistry, value: ValueOf): string[] => {
    const { url, scopes, isDefault, secret, user } = registry;
    const key = url.replace(/^https?:/, "");
    return [
      ...(isDefault ? [`registry=${url}`] : []),
      ...scopes.map((scope) => `${scope}:registry=${url}`),
      user === undefined
        ? `${key}:_authToken=${iniText(plain(wordOf(value(secret), secret), secret))}`
        : `${key}:_auth=${basicOf(user, lineOf(value(secret), secret))}`,
      ...(alwaysAuth ? [`${key}:always-auth=true`] : []),
    ];
  };
  return {
    kind: "document",
    secrets: secretsOf(registries),
    render: (value) => `${registries.flatMap((registry) => lines(registry, value)).join("\n")}\n`,
    forms: (value) =>
      registries.flatMap(({ user, secret }) => (user === undefined ? [] : [basicOf(user, value(secret))])),
  };
}

/** `.yarnrc.yml`, as yarn 2 and later read it (yarnpkg/berry, plugin-npm, `npmConfigUtils.ts`). */
export function yarnrc(registries: readonly NpmRegistry[]): Content {
  const server = registries.find(({ isDefault }) => isDefault);
  const scopes = registries.flatMap(({ url, scopes }) => scopes.map((scope) => ({ scope: scope.slice(1), url })));
  const render = (value: ValueOf): string[] => [
    ...(server === undefined ? [] : [`npmRegistryServer: ${yamlText(withoutSlash(server.url))}`]),
    ...(scopes.length === 0 ? [] : ["npmScopes:"]),
    ...scopes.flatMap(({ scope, url }) => [
      `  ${yamlText(scope)}:`,
      `    npmRegistryServer: ${yamlText(withoutSlash(url))}`,
    ]),
    "npmRegistries:",
    ...registries.flatMap(({ url, secret, user }) => [
      `  ${yamlText(withoutSlash(url.replace(/^https?:/, "")))}:`,
      user === undefined
        ? `    npmAuthToken: ${yamlText(plain(wordOf(value(secret), secret), secret))}`
        : `    npmAuthIdent: ${yamlText(basicOf(user, lineOf(value(secret), secret)))}`,
      "    npmAlwaysAuth: true",
    ]),
  ];
  return {
    kind: "document",
    secrets: secretsOf(registries),
    render: (value) => `${render(value).join("\n")}\n`,
    forms: (value) =>
      registries.flatMap(({ user, secret }) => (user === undefined ? [] : [basicOf(user, value(secret))])),
  };
}

const secretsOf = (registries: readonly NpmRegistry[]): string[] => [
  ...new Set(registries.map(({ secret }) => secret)),
];

/** As it is where the ini format takes it so; else in its quotes, which are JSON's (npm's `ini`, `safe`). */
function iniText(value: string): string {
  return /^[^;#"'\\[=][^;#"'\\]*$/.test(value) && !/^(?:true|false|null)$/.test(value) ? value : JSON.stringify(value);
}

/** A flow scalar in double quotes: JSON's escapes are YAML's. */
function yamlText(value: string): string {
  return JSON.stringify(value);
}

/** Both files have variables put in for `${NAME}`, each reader by rules of its own. */
function plain(value: string, secret: string): string {
  if (!value.includes("${")) return value;
  throw new SealError(
    "SOURCE",
    `Secret ${secret} has a dollar sign before a brace in it, which npm, pnpm and yarn read as a variable's name`,
    "Have another token made",
  );
}

const withoutSlash = (url: string): string => url.replace(/\/$/, "");
