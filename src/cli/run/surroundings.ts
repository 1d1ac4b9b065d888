import type { Environment } from "../../identity/host.ts";
import type { Surroundings } from "../../recipe/recipe.ts";
import type { ContainerCommand } from "./container-command.ts";

/** What is known of a container before it runs. */
export type ContainerFacts = {
  /** The image's own variables. */
  readonly image: ReadonlyMap<string, string>;
  /** Those that the command line gives: they go before the image's, and before ours. */
  readonly given: ReadonlyMap<string, string>;
};

/**
 * The variables that `-e` and `--env-file` give, as Docker reads them: files first; a name without a value takes the
 * host's, and is nothing where the host has none (docker/cli `opts/file.go`, `opts/env.go`).
 */
export function givenVariables(
  { env }: Pick<ContainerCommand, "env">,
  files: readonly string[],
  host: Environment,
): Map<string, string> {
  const fromFiles = files.flatMap((text) =>
    text.split(/\r?\n/).flatMap((line): ContainerCommand["env"] => {
      const trimmed = line.trimStart();
      if (trimmed === "" || trimmed.startsWith("#")) return [];
      const equals = trimmed.indexOf("=");
      return equals < 0
        ? [{ name: trimmed.trim(), value: undefined }]
        : [{ name: trimmed.slice(0, equals), value: trimmed.slice(equals + 1) }];
    }),
  );
  const given = new Map<string, string>();
  for (const { name, value } of [...fromFiles, ...env]) {
    const meant = value ?? host[name];
    if (meant !== undefined) given.set(name, meant);
  }
  return given;
}

/**
 * What a recipe may know. Home and user are left unknown on purpose: a file at a place under the home folder would be a
 * mount of that one file, which shows no renewal.
 */
export function containerSurroundings(
  { image, given }: ContainerFacts,
  recipe: { readonly readsHost: readonly string[] },
  host: Environment,
): Surroundings {
  const all = new Map([...image, ...given]);
  return {
    home: undefined,
    user: "other",
    variable: (name) => all.get(name),
    variables: () => [...all],
    mounted: () => undefined,
    assigned: (name) => given.get(name),
    host: (name) => (recipe.readsHost.includes(name) ? host[name] : undefined),
    envMounts: true,
    container: true,
  };
}
