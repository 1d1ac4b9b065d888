import type { BuildInput, ContainerBuild } from "../../workflow/build.ts";
import type { CarriedSecret } from "./carried-secret.ts";

/** A build argument that carries a secret, to become the secret `id`. */
export type SecretArgument = {
  readonly build: ContainerBuild;
  readonly arg: BuildInput;
  readonly secret: CarriedSecret;
  readonly id: string;
};
