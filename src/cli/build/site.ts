import { resolve } from "node:path";
import type { BuildCommand } from "../../buildx/build-command.ts";
import { type DockerfileSource, readDockerfile } from "../../buildx/dockerfile-source.ts";
import type { Config } from "../../config/config.ts";
import type { PlaceOf } from "../../config/document.ts";
import { readConfig, readPolicy } from "../../config/read-config.ts";
import type { BuildFacts } from "../../dockerfile/build-facts.ts";
import { type Dockerfile, scanDockerfile } from "../../dockerfile/index.ts";
import type { Policy } from "../../grant/policy.ts";
import type { Folder } from "../../system/folder.ts";
import type { Machine } from "../machine.ts";
import { createWarn } from "../warn-once.ts";

/** What is built, and under which rules. */
export type Site = {
  readonly source: DockerfileSource;
  readonly dockerfile: Dockerfile;
  readonly facts: BuildFacts;
  readonly config: Config | undefined;
  readonly configPath: string | undefined;
  readonly placeOf: PlaceOf | undefined;
  readonly policy: Policy;
};

/**
 * Reads the Dockerfile wherever it is, the configuration beside it and the policy from outside the checkout.
 *
 * @returns the site, or what Docker will refuse by itself
 * @throws SealError DOCKERFILE, CONFIG
 */
export async function readSite(
  command: BuildCommand,
  machine: Machine,
  folder: Folder,
): Promise<Site | { readonly refused: string; readonly stdinAsIs?: DockerfileSource["stdinAsIs"] }> {
  const [source, policy] = await Promise.all([
    readDockerfile(command, folder),
    readPolicy(machine.environment["BUILDSEAL_POLICY"], folder.readText),
  ]);
  if ("refused" in source) return { refused: source.refused, stdinAsIs: source.stdinAsIs };
  const named = command.own.config ?? (machine.environment["BUILDSEAL_CONFIG"] || undefined);
  const start = await configStart(command, source, machine, folder);
  const { readText, exists } = folder;
  const found = await readConfig({ named, start }, { readText, exists, warn: createWarn(machine) });
  return {
    source,
    dockerfile: scanDockerfile(source.bytes, source.displayName),
    facts: factsOf(command, machine),
    config: found?.config,
    configPath: found?.path,
    placeOf: found?.placeOf,
    policy,
  };
}

/** Beside the Dockerfile, or the local context where the Dockerfile is elsewhere. */
async function configStart(
  command: BuildCommand,
  source: DockerfileSource,
  machine: Machine,
  folder: Folder,
): Promise<string | undefined> {
  if (source.folder !== undefined) return resolve(machine.folder, source.folder);
  if (command.context === "" || command.context === "-") return undefined;
  return (await folder.isFolder(command.context)) ? resolve(machine.folder, command.context) : undefined;
}

function factsOf(command: BuildCommand, machine: Machine): BuildFacts {
  const buildArgs = new Map<string, string>();
  for (const { name, value } of command.buildArgs) {
    const given = value ?? machine.environment[name];
    if (given !== undefined) buildArgs.set(name, given);
  }
  const platforms = command.platforms.length > 0 ? command.platforms : [machine.environment["DOCKER_DEFAULT_PLATFORM"]];
  const [platform] = platforms;
  return {
    buildArgs,
    contexts: new Set(command.buildContexts.map(({ name }) => name)),
    ...(command.target === undefined ? {} : { target: command.target }),
    ...(platforms.length === 1 && platform !== undefined && platform !== "" ? { platform } : {}),
  };
}
