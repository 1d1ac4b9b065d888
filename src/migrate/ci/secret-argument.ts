import type { Edit } from "../../dockerfile/insertion.ts";
import type { BuildInput, ContainerBuild } from "../../workflow/build.ts";
import type { ContainerCommand } from "../../workflow/command/container-command.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import type { CarriedSecret } from "./carried-secret.ts";

/** A build argument that carries a secret, to become the secret `id`. */
export type SecretArgument = {
  readonly build: ContainerBuild;
  readonly arg: BuildInput;
  readonly secret: CarriedSecret;
  readonly id: string;
  readonly beside: SecretBeside | undefined;
};

/** What the Dockerfile mounts beside a secret and that is none: a variable with a value that is known. */
export type SecretBeside = { readonly id: string; readonly variable: string; readonly value: string };

/** Sets the variable for one command; undefined: another program starts it, and what that hands on is not known. */
export function setBefore(
  { shell, head, script }: ContainerCommand,
  { variable, value }: SecretBeside,
): Edit | undefined {
  const first = shell.words[0];
  if (first?.start !== head.from) return undefined;
  const { start } = placeOf(script.source, first.start, first.end);
  return { start, end: start, text: `${variable}=${value} ` };
}
