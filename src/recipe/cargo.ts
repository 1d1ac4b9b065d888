import type { SourceConfig } from "../source/kind/kind.ts";
import type { CargoOptions } from "./cargo-options.ts";
import { runs } from "./command-sign.ts";
import { namedBy, placeOf } from "./home-file.ts";
import { needsOption } from "./needs-option.ts";
import { clearNotices } from "./origin.ts";
import { either, writesTo } from "./own-writes.ts";
import { isTheirs, text } from "./placement.ts";
import type { Content, NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "./recipe.ts";
import { refuseTwice } from "./refuse-twice.ts";
import { tomlText } from "./toml-text.ts";
import { headerOf, withoutScheme } from "./value.ts";

type Registry = { readonly name: string; readonly index?: string | undefined; readonly secret: string };

const defaultSecret = "cargo-token";

/** Its token, for publishing, stands by itself in Cargo's configuration: under `[registry]` (Cargo, "Configuration"). */
const ownRegistry = "crates-io";

/** With packages or a compiler, by subcommands that others add to Cargo too: `cargo chef cook`, `cargo auditable build`. */
const runsCargo = runs(
  "cargo",
  "(?:[\\w-]+ )?(?:build|b|test|t|check|c|clippy|run|r|rustc|bench|install|fetch|update|add|doc|vendor|publish|generate-lockfile|metadata|nextest|zigbuild|cook)",
  { others: "new|init|help|clean|fmt|search|uninstall|owner|yank" },
);

/**
 * Cargo (1.74 and later, which asks every registry with `auth-required`) with alternative registries: a
 * credentials.toml that says who answers for them, too, as Cargo refuses to log in where no provider is configured;
 * or a provider by variable that prints a mounted file. The token itself is never in the environment.
 */
export const cargo: Recipe<CargoOptions> = {
  name: "cargo",
  summary: "Cargo with private registries, by a token",
  optional: false,
  options: async () => (await import("./cargo-options.ts")).cargoOptions,
  readsHost: [],
  signs: [
    { run: runsCargo, says: "runs Cargo" },
    { run: runs("maturin", "build|develop|sdist"), says: "runs maturin, which runs Cargo" },
  ],
  serve,
};

const writesCredentials = either(
  runs("cargo", "login|logout"),
  // its name of earlier versions
  writesTo(".cargo/credentials"),
);

function serve(given: CargoOptions, step: Surroundings): Serving | NeedsEnvMounts {
  if (given.registries === undefined) {
    throw needsOption("cargo", "registries", "options: { registries: [{ name: my-registry, secret: cargo-token }] }");
  }
  const registries = given.registries.map((one) => ({ ...one, secret: one.secret ?? defaultSecret }));
  const names = registries.map(({ name }) => name);
  refuseTwice("cargo", "registry", names, (name) => variableOf(name, "TOKEN"));
  const notices = clearNotices(registries.flatMap(({ index }) => index?.replace(/^sparse\+/, "") ?? []));
  const place = credentialsPlace(given, step);
  const indexes = registries.flatMap(indexVariable(step));
  const shared = { brings: bringsToken(registries), notices };

  if ("at" in place && (step.envMounts || indexes.length === 0)) {
    return {
      form: "files",
      why: "Cargo reads it there without any variable",
      mounts: [
        { kind: "file", id: "cargo-credentials", target: place.at, content: credentialsFile(registries) },
        ...indexes,
      ],
      ...shared,
    };
  }
  const why = "at" in place ? "an `index` is a variable" : place.unfit;
  if (!step.envMounts) return { needs: "env-mounts", why };
  return {
    form: "files",
    why: `a command that prints it as a variable, for ${why}`,
    mounts: [...registries.flatMap(providerMounts), ...indexes],
    ...shared,
  };
}

function credentialsFile(registries: readonly Registry[]): Content {
  return {
    kind: "document",
    secrets: [...new Set(registries.map(({ secret }) => secret))],
    render: (value) =>
      registries
        .map(({ name, secret }) => {
          const token = tomlText(headerOf(value(secret), secret));
          return `[${name === ownRegistry ? "registry" : `registries.${name}`}]\ntoken = ${token}\ncredential-provider = "cargo:token"\n`;
        })
        .join(""),
    forms: (value) => registries.flatMap(({ secret }) => withoutScheme(value(secret))),
  };
}

/** `cargo:token-from-stdout` runs the command without a shell (Cargo, "Registry Authentication"). */
function providerMounts({ name, secret }: Registry): RecipeMount[] {
  const id = `cargo-token-${name.toLowerCase()}`;
  const target = `/run/secrets/${id}`;
  const content: Content = {
    kind: "document",
    secrets: [secret],
    render: (value) => `${headerOf(value(secret), secret)}\n`,
    forms: (value) => withoutScheme(value(secret)),
  };
  return [
    { kind: "file", id, target, content },
    text(
      `cargo-provider-${name.toLowerCase()}`,
      variableOf(name, "CREDENTIAL_PROVIDER"),
      () => `cargo:token-from-stdout cat ${target}`,
    ),
  ];
}

/** Cargo does not take an index from credentials.toml (tried with 1.85 and 1.95). */
function indexVariable(step: Surroundings): (registry: Registry) => RecipeMount[] {
  return ({ name, index }) => {
    const id = `cargo-index-${name.toLowerCase()}`;
    if (index === undefined || isTheirs(step, variableOf(name, "INDEX"), id)) return [];
    return [text(id, variableOf(name, "INDEX"), () => index)];
  };
}

function variableOf(registry: string, key: string): string {
  if (registry === ownRegistry) return `CARGO_REGISTRY_${key}`;
  return `CARGO_REGISTRIES_${registry.toUpperCase().replaceAll("-", "_")}_${key}`;
}

/** In CARGO_HOME, else below the home folder. */
function credentialsPlace({ home }: CargoOptions, step: Surroundings): ReturnType<typeof placeOf> {
  return placeOf(step, {
    path: ".cargo/credentials.toml",
    home,
    named: namedBy(step, "CARGO_HOME", "credentials.toml"),
    end: "credentials.toml",
    writes: writesCredentials,
    // be it for one command alone: the provider serves them all
    unfit: isTheirs(step, "CARGO_HOME", "") ? "the step sets CARGO_HOME by itself" : undefined,
  });
}

/** Unless it is declared: from the variable that Cargo itself would read, where that is one for all. */
function bringsToken(registries: readonly Registry[]): Record<string, SourceConfig> {
  const [own, ...others] = registries.filter(({ secret }) => secret === defaultSecret);
  if (own === undefined || others.length > 0) return {};
  return { [defaultSecret]: { from: "env", name: variableOf(own.name, "TOKEN") } };
}
