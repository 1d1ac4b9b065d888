import { createEnvProvider, type EnvIdentityOptions } from "./env.ts";
import { createExecProvider, type ExecIdentityOptions } from "./exec.ts";
import { createFileProvider, type FileIdentityOptions } from "./file.ts";
import type { Host } from "./host.ts";
import type { NamedProvider } from "./identity.ts";
import { createIrsaProvider, type IrsaOptions } from "./irsa.ts";

/** An entry of `identities:`, as `schema.ts` reads it. */
export type IdentityConfig =
  | ({ readonly from: "irsa" } & IrsaOptions)
  | ({ readonly from: "env" } & EnvIdentityOptions)
  | ({ readonly from: "file" } & FileIdentityOptions)
  | ({ readonly from: "exec" } & ExecIdentityOptions);

/** `name` becomes the name of the token's Secret. */
export function createProvider(name: string, config: IdentityConfig, host: Host): NamedProvider {
  const { from } = config;
  switch (from) {
    case "irsa":
      return { from, provide: createIrsaProvider(name, config, host) };
    case "env":
      return { from, provide: createEnvProvider(name, config, host) };
    case "file":
      return { from, provide: createFileProvider(name, config, host) };
    case "exec":
      return { from, provide: createExecProvider(name, config, host) };
  }
}
