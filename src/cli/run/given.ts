import type { Environment } from "../../identity/host.ts";
import { readText, statOf } from "../../system/text-file.ts";
import type { ContainerCommand } from "./container-command.ts";

/** What the command line gives the container. */
export type Given = {
  readonly variables: ReadonlyMap<string, string>;
  /** Of these, those that are named without a value: Docker takes them from what it inherits. */
  readonly bare: readonly string[];
  /** The texts of the files with labels: `docker inspect` shows them as it shows variables. */
  readonly labels: readonly string[];
};

/** Reads what `-e`, `--env-file` and `--label-file` give. */
export async function readGiven(command: ContainerCommand, host: Environment): Promise<Given> {
  const [env, labels] = await Promise.all([command.envFiles, command.labelFiles].map(readAll));
  const named = namedVariables(command, env!);
  return {
    variables: givenVariables(named, host),
    bare: named.flatMap(({ name, value }) => (value === undefined ? [name] : [])),
    labels: labels!,
  };
}

/** One that is not there Docker refuses itself; of a pipe it could not read again what we had read. */
async function readAll(paths: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(
    paths.map(async (path) => {
      const isFile = (await statOf(path).catch(() => undefined))?.isFile() === true;
      return isFile ? readText(path).catch(() => undefined) : undefined;
    }),
  );
  return texts.filter((text) => text !== undefined);
}

/** The variables of files and flags as Docker reads them: files first (docker/cli `opts/file.go`, `opts/env.go`). */
export function namedVariables(
  { env }: Pick<ContainerCommand, "env">,
  files: readonly string[],
): readonly NamedVariable[] {
  const fromFiles = files.flatMap((text) =>
    text.split(/\r?\n/).flatMap((line): NamedVariable[] => {
      const trimmed = line.trimStart();
      if (trimmed === "" || trimmed.startsWith("#")) return [];
      const equals = trimmed.indexOf("=");
      return equals < 0
        ? [{ name: trimmed.trim(), value: undefined }]
        : [{ name: trimmed.slice(0, equals), value: trimmed.slice(equals + 1) }];
    }),
  );
  return [...fromFiles, ...env];
}

type NamedVariable = ContainerCommand["env"][number];

/** The last one counts; one without a value takes the host's, and is nothing where the host has none. */
export function givenVariables(named: readonly NamedVariable[], host: Environment): Map<string, string> {
  const given = new Map<string, string>();
  for (const { name, value } of named) {
    const meant = value ?? host[name];
    if (meant !== undefined) given.set(name, meant);
  }
  return given;
}
