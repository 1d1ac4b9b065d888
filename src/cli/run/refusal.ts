import { posix } from "node:path";
import { SealError } from "../../error.ts";
import { containerFolder } from "../../grant/container-plan.ts";
import type { Environment } from "../../identity/host.ts";
import { createHolder } from "../../secret/held-by.ts";
import type { Secret } from "../../secret/secret.ts";
import type { ContainerCommand } from "./container-command.ts";
import type { Given } from "./given.ts";

/**
 * Secrets live with us, and are kept fresh by us: a container that outlives us would be left with none.
 *
 * @throws SealError ARGUMENT
 */
export function refuseOutliving({ detach, restart, cidfile }: ContainerCommand): void {
  const restarts = restart !== undefined && restart !== "no";
  if (detach || restarts) {
    throw new SealError(
      "ARGUMENT",
      `${detach ? "-d" : `--restart ${restart}`} does not go with secrets: the container would go on when buildseal, which keeps them fresh and takes them away, has ended`,
      detach
        ? "Leave out -d and put buildseal itself into the background (`buildseal run … &`)"
        : "Leave out --restart and have what starts buildseal start it again",
    );
  }
  if (cidfile !== "") return;
  throw new SealError(
    "ARGUMENT",
    "--cidfile without a path does not go with secrets: by the container's id buildseal ends it where it must",
    "Leave it out, or name a file",
  );
}

/** @throws SealError ARGUMENT for a mount of the user's own where the secrets come */
export function refuseTargets({ targets }: ContainerCommand): void {
  const clash = targets.find((target) => hides(posix.normalize(`/${target}`).replace(/(?<=.)\/$/, "")));
  if (clash === undefined) return;
  throw new SealError(
    "ARGUMENT",
    `The command line mounts something at ${clash}, and the container's secrets come to ${containerFolder}`,
    clash.startsWith("/var/run") ? "Mount it somewhere else: /var/run is /run" : "Mount it somewhere else",
  );
}

/**
 * In most images /var/run is a link to /run. What is mounted at /run itself is mounted before what lies in it; what is
 * mounted at /var/run has as many parts as our place, so that it may come later and lie over it (moby `container/mounts`).
 */
function hides(target: string): boolean {
  const meant = target.replace(/^\/var\/run(?=\/)/, "/run");
  return `${meant}/`.startsWith(`${containerFolder}/`) || target === "/var/run";
}

export type SourcesAsk = {
  readonly given: Pick<Given, "variables">;
  /** What sources read; an entry that ends with `*` is a prefix. */
  readonly sourceVariables: readonly string[];
  readonly host: Environment;
};

/** @throws SealError GRANT where the container would be given, by its name, what a secret is had from */
export function refuseSources({ given, sourceVariables, host }: SourcesAsk): void {
  const isSource = (name: string) =>
    sourceVariables.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
  for (const [name, value] of given.variables) {
    if (value === host[name] && isSource(name)) throw asVariable(name, "what a secret is had from");
  }
}

export type ValuesAsk = {
  readonly command: ContainerCommand;
  readonly given: Given;
  /** Every value that was issued. */
  readonly values: readonly Secret[];
};

/**
 * Refuses a command line that holds a secret's value, in whatever encoding: who may run `docker inspect` reads it.
 *
 * @throws SealError GRANT
 */
export function refuseValues({ command, given, values }: ValuesAsk): void {
  const heldBy = createHolder(values);
  for (const [name, value] of given.variables) {
    const secret = heldBy(value);
    if (secret !== undefined) throw asVariable(name, `the value of secret ${secret}`);
  }
  const secret = [...command.flagWords, ...command.args, ...given.labels].map(heldBy).find((one) => one !== undefined);
  if (secret === undefined) return;
  throw new SealError(
    "GRANT",
    `The command line holds the value of secret ${secret}: who may run \`docker inspect\` or \`ps\` reads it`,
    fromFile,
  );
}

const fromFile = "Leave it out, and have the container read the file that the grant gives it";

function asVariable(name: string, what: string): SealError {
  return new SealError(
    "GRANT",
    `-e ${name} would give the container ${what} as a variable, and who may run \`docker inspect\` reads every variable of a container`,
    fromFile,
  );
}
