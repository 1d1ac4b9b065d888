import { NotHere } from "../../error.ts";
import { apiOf } from "../github/api.ts";
import { createApp } from "../github/app.ts";
import type { RunnerOptions } from "../github/jit-config.ts";
import { mintInstallation } from "../github/mint-installation.ts";
import { mintRunnerConfig, mintRunnerRegistration } from "../github/mint-runner.ts";
import { isOnlyReading, onlyReading, type Permissions } from "../github/permission.ts";
import { readAppKey } from "../github/private-key.ts";
import type { ScopeOptions } from "../github/scope.ts";
import type { Source, SourceHost } from "../source.ts";
import { createPlainSource, type PlainSourceConfig } from "./plain.ts";

export type GithubAppSourceOptions = ScopeOptions & {
  readonly clientId?: string | undefined;
  readonly appId?: number | undefined;
  readonly privateKeyFile?: string | undefined;
  readonly privateKey?: PlainSourceConfig | undefined;
  readonly permissions?: Permissions | undefined;
  readonly mint?: "installation" | "registration" | "jit" | undefined;
  /** For `mint: jit`. */
  readonly runner?: RunnerOptions | undefined;
  readonly apiUrl?: string | undefined;
};

/** What a build mostly needs of a private repository, and the least that is of use. */
const usualPermissions: Permissions = { contents: "read" };

/**
 * What a GitHub App can give a job: a token of its installation, a runner's registration token or configuration. The
 * App's key signs in this process; it is masked and searched for, and mounted nowhere.
 */
export function createGithubAppSource(name: string, options: GithubAppSourceOptions, host: SourceHost): Source {
  const mint = options.mint ?? "installation";
  const keySource = createPlainSource(
    `${name}-private-key`,
    options.privateKey ?? { from: "file", path: options.privateKeyFile ?? "" },
    host,
  );
  const asked = options.permissions ?? usualPermissions;
  const permissions = host.trust === "full" ? asked : onlyReading(asked);
  const canRead = mint === "installation" && Object.keys(permissions).length > 0;
  return {
    kind: "github-app",
    renewal: "mint",
    watch: [],
    variables: keySource.variables,
    isReadOnly: canRead && isOnlyReading(permissions),
    mint: async (ask) => {
      const stored = await keySource.mint(ask);
      if (stored instanceof NotHere) return stored;
      const key = readAppKey(`${name}-private-key`, stored.value);
      const id = options.clientId ?? String(options.appId);
      const app = createApp({ name, host, api: apiOf(options.apiUrl, host.environment), id, key });
      const runner = { ...options, runName: host.runName, signal: ask?.signal };
      const minted = await {
        installation: () => mintInstallation(app, { ...options, asked, permissions, signal: ask?.signal }),
        registration: () => mintRunnerRegistration(app, runner),
        jit: () => mintRunnerConfig(app, runner),
      }[mint]();
      return { ...minted, keys: [...key.forms, ...(minted.keys ?? [])], notices: [...app.notices, ...minted.notices] };
    },
  };
}
