import { SealError } from "../../error.ts";
import { containerFolder } from "../../grant/container-plan.ts";
import { cleanPath } from "../../grant/mount.ts";
import type { Environment } from "../../identity/host.ts";
import type { Secret } from "../../secret/secret.ts";
import type { ContainerCommand } from "./container-command.ts";

/**
 * Secrets live with us, and are kept fresh by us: a container that outlives us would be left with none.
 *
 * @throws SealError ARGUMENT
 */
export function refuseOutliving({ detach, restart }: ContainerCommand): void {
  const restarts = restart !== undefined && restart !== "no";
  if (!detach && !restarts) return;
  throw new SealError(
    "ARGUMENT",
    `${detach ? "-d" : `--restart ${restart}`} does not go with secrets: the container would go on when buildseal, which keeps them fresh and takes them away, has ended`,
    detach
      ? "Leave out -d and put buildseal itself into the background (`buildseal run … &`)"
      : "Leave out --restart and have what starts buildseal start it again",
  );
}

/** @throws SealError ARGUMENT for a mount of the user's own where the secrets come */
export function refuseTargets({ targets }: ContainerCommand): void {
  const clash = targets.map(cleanPath).find((target) => `${target}/`.startsWith(`${containerFolder}/`));
  if (clash === undefined) return;
  throw new SealError(
    "ARGUMENT",
    `The command line mounts something at ${clash}, and the container's secrets come to ${containerFolder}`,
    "Mount it somewhere else",
  );
}

export type ValuesAsk = {
  readonly command: ContainerCommand;
  /** The variables that the command line gives the container. */
  readonly given: ReadonlyMap<string, string>;
  readonly secrets: readonly Secret[];
  /** What sources read; an entry that ends with `*` is a prefix. */
  readonly sourceVariables: readonly string[];
  readonly host: Environment;
};

/**
 * Refuses a command line that holds a secret's value, or would give the variable that it was had from to the container: who
 * may run `docker inspect` reads both.
 *
 * @throws SealError GRANT
 */
export function refuseValues({ command, given, secrets, sourceVariables, host }: ValuesAsk): void {
  const values = secrets.filter(({ byteLength }) => byteLength >= 8);
  const heldBy = (text: string) => values.find((secret) => text.includes(secret.exposeText().trim()));
  const isSource = (name: string) =>
    sourceVariables.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
  for (const [name, value] of given) {
    const secret = heldBy(value);
    if (secret === undefined && (value !== host[name] || !isSource(name))) continue;
    throw new SealError(
      "GRANT",
      `-e ${name} would give the container ${secret === undefined ? "what a secret is had from" : `the value of secret ${secret.name}`} as a variable, and who may run \`docker inspect\` reads every variable of a container`,
      "Leave it out, and have the container read the file that the grant gives it",
    );
  }
  const secret = [...command.flagWords, ...command.args].map(heldBy).find((one) => one !== undefined);
  if (secret === undefined) return;
  throw new SealError(
    "GRANT",
    `The command line holds the value of secret ${secret.name}: who may run \`docker inspect\` or \`ps\` reads it`,
    "Leave it out, and have the container read the file that the grant gives it",
  );
}
