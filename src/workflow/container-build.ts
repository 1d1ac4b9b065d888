import type { CommandOption, ContainerCommand } from "./command/container-command.ts";
import type { CiJob, CiStep } from "./document.ts";
import type { CiScript } from "./script.ts";
import type { SourcedText, Span } from "./sourced-text.ts";

/** One way in which a file builds an image: what it hands to the Dockerfile, wherever that is written. */
export type ContainerBuild = Span & {
  readonly how: "command" | "bake-command" | "build-push-action" | "bake-action" | "compose" | "bake";
  /** For people: `docker buildx build`, `docker/build-push-action`, `service web`. */
  readonly label: string;
  readonly args: readonly BuildInput[];
  /** `id=…,env=…`, `id=NAME` or `id=value`, by how it is written: see `by`. */
  readonly secrets: readonly BuildInput[];
  readonly job: CiJob | undefined;
  readonly step: CiStep | undefined;
  /** Those that run in one shell with it. */
  readonly scripts: readonly CiScript[];
  readonly command: ContainerCommand | undefined;
};

/** A build argument or a secret. */
export type BuildInput = Span & {
  readonly name: string;
  /** undefined: the value of the variable of the same name. */
  readonly value: SourcedText | undefined;
  /** The option, action input or key that it is written with: `build-arg`, `secret-envs`, `args`. */
  readonly by: string;
  /** Of a command line. */
  readonly option?: CommandOption;
};

/** A step with the job it belongs to; an action and a shell file have none. */
export type PlacedStep = {
  readonly job: CiJob | undefined;
  readonly step: CiStep | undefined;
  readonly scripts: readonly CiScript[];
};
