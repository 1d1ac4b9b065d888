import type { Host } from "../../identity/host.ts";
import type { IrsaOptions } from "../../identity/irsa.ts";
import type { Source } from "../source.ts";
import { createEnvSource, type EnvSourceOptions } from "./env.ts";
import { createExecSource, type ExecSourceOptions } from "./exec.ts";
import { createFileSource, type FileSourceOptions } from "./file.ts";
import { createIrsaSource } from "./irsa.ts";

/** Every kind of source, and the keys it takes. */
export type SourceOptions = {
  readonly irsa: IrsaOptions;
  readonly env: EnvSourceOptions;
  readonly file: FileSourceOptions;
  readonly exec: ExecSourceOptions;
};

export type SourceKind = keyof SourceOptions;

/** An entry of `secrets:`, as `schema.ts` reads it. */
export type SourceConfig = { readonly [Kind in SourceKind]: { readonly from: Kind } & SourceOptions[Kind] }[SourceKind];

/** From the kind to what makes a source of it; `name` is the secret's. */
export const sources: {
  readonly [Kind in SourceKind]: (name: string, options: SourceOptions[Kind], host: Host) => Source;
} = {
  irsa: createIrsaSource,
  env: createEnvSource,
  file: createFileSource,
  exec: createExecSource,
};

export function createSource(name: string, config: SourceConfig, host: Host): Source {
  const create = sources[config.from] as (name: string, options: SourceConfig, host: Host) => Source;
  return create(name, config, host);
}
