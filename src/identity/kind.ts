import { type BuildkiteOptions, createBuildkiteProvider } from "./buildkite.ts";
import { type CircleciOptions, createCircleciProvider } from "./circleci.ts";
import { createEnvProvider, type EnvIdentityOptions } from "./env.ts";
import { createExecProvider, type ExecIdentityOptions } from "./exec.ts";
import { createFileProvider, type FileIdentityOptions } from "./file.ts";
import { createGithubProvider, type GithubOptions } from "./github.ts";
import { createGitlabProvider, type GitlabOptions } from "./gitlab.ts";
import type { Host } from "./host.ts";
import type { NamedProvider } from "./identity.ts";
import { createIrsaProvider, type IrsaOptions } from "./irsa.ts";
import { createPodIdentityProvider, type PodIdentityOptions } from "./pod-identity.ts";

/** Every kind of identity, and the keys it takes. */
export type IdentityOptions = {
  readonly irsa: IrsaOptions;
  readonly "pod-identity": PodIdentityOptions;
  readonly github: GithubOptions;
  readonly gitlab: GitlabOptions;
  readonly buildkite: BuildkiteOptions;
  readonly circleci: CircleciOptions;
  readonly env: EnvIdentityOptions;
  readonly file: FileIdentityOptions;
  readonly exec: ExecIdentityOptions;
};

export type IdentityKind = keyof IdentityOptions;

/** An entry of `identities:`, as `schema.ts` reads it. */
export type IdentityConfig = {
  readonly [Kind in IdentityKind]: { readonly from: Kind } & IdentityOptions[Kind];
}[IdentityKind];

const providers: {
  readonly [Kind in IdentityKind]: (
    name: string,
    options: IdentityOptions[Kind],
    host: Host,
  ) => NamedProvider["provide"];
} = {
  irsa: createIrsaProvider,
  "pod-identity": createPodIdentityProvider,
  github: createGithubProvider,
  gitlab: createGitlabProvider,
  buildkite: createBuildkiteProvider,
  circleci: createCircleciProvider,
  env: createEnvProvider,
  file: createFileProvider,
  exec: createExecProvider,
};

/** Those that need no keys, in the order in which they are asked where nobody names one. */
export const chainKinds = ["irsa", "pod-identity", "github", "gitlab", "buildkite", "circleci"] as const;

/** `name` becomes the name of the token's Secret. */
export function createProvider(name: string, config: IdentityConfig, host: Host): NamedProvider {
  const create = providers[config.from] as (
    name: string,
    options: IdentityConfig,
    host: Host,
  ) => NamedProvider["provide"];
  return { from: config.from, provide: create(name, config, host) };
}
