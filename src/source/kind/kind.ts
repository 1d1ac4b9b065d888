import type { IrsaOptions } from "../../identity/irsa.ts";
import type { Source, SourceHost } from "../source.ts";
import { type ActionsSecretsSourceOptions, createActionsSecretsSource } from "./actions-secrets.ts";
import { type AwsSessionSourceOptions, createAwsSessionSource } from "./aws-session.ts";
import { createEnvSource, type EnvSourceOptions } from "./env.ts";
import { createExecSource, type ExecSourceOptions } from "./exec.ts";
import { createFileSource, type FileSourceOptions } from "./file.ts";
import { createGithubAppSource, type GithubAppSourceOptions } from "./github-app.ts";
import { createHuggingFaceSource, type HuggingFaceSourceOptions } from "./huggingface.ts";
import { createIdentitySource, type IdentitySourceOptions } from "./identity.ts";
import { createIrsaSource } from "./irsa.ts";
import { createNosanaSource, type NosanaSourceOptions } from "./nosana.ts";
import { createOctoStsSource, type OctoStsSourceOptions } from "./octo-sts.ts";

/** Every kind of source, and the keys it takes. */
export type SourceOptions = {
  readonly irsa: IrsaOptions;
  readonly identity: IdentitySourceOptions;
  readonly "aws-session": AwsSessionSourceOptions;
  readonly huggingface: HuggingFaceSourceOptions;
  readonly "github-app": GithubAppSourceOptions;
  readonly "octo-sts": OctoStsSourceOptions;
  readonly nosana: NosanaSourceOptions;
  readonly "actions-secrets": ActionsSecretsSourceOptions;
  readonly env: EnvSourceOptions;
  readonly file: FileSourceOptions;
  readonly exec: ExecSourceOptions;
};

export type SourceKind = keyof SourceOptions;

/** An entry of `secrets:`, as `schema.ts` reads it. */
export type SourceConfig = { readonly [Kind in SourceKind]: { readonly from: Kind } & SourceOptions[Kind] }[SourceKind];

/** From the kind to what makes a source of it; `name` is the secret's. */
export const sources: {
  readonly [Kind in SourceKind]: (name: string, options: SourceOptions[Kind], host: SourceHost) => Source;
} = {
  irsa: createIrsaSource,
  identity: createIdentitySource,
  "aws-session": createAwsSessionSource,
  huggingface: createHuggingFaceSource,
  "github-app": createGithubAppSource,
  "octo-sts": createOctoStsSource,
  nosana: createNosanaSource,
  "actions-secrets": createActionsSecretsSource,
  env: createEnvSource,
  file: createFileSource,
  exec: createExecSource,
};

export function createSource(name: string, config: SourceConfig, host: SourceHost): Source {
  const create = sources[config.from] as (name: string, options: SourceConfig, host: SourceHost) => Source;
  return create(name, config, host);
}
