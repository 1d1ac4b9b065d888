import type { Host } from "../../identity/host.ts";
import type { Source } from "../source.ts";
import { createEnvSource, type EnvSourceOptions } from "./env.ts";
import { createExecSource, type ExecSourceOptions } from "./exec.ts";
import { createFileSource, type FileSourceOptions } from "./file.ts";

/** Sources that read a value that is there already: where the long-lived thing of another source may come from. */
export type PlainSourceConfig =
  | ({ readonly from: "env" } & EnvSourceOptions)
  | ({ readonly from: "file" } & FileSourceOptions)
  | ({ readonly from: "exec" } & ExecSourceOptions);

export function createPlainSource(name: string, config: PlainSourceConfig, host: Host): Source {
  switch (config.from) {
    case "env":
      return createEnvSource(name, config, host);
    case "file":
      return createFileSource(name, config, host);
    case "exec":
      return createExecSource(name, config, host);
  }
}
