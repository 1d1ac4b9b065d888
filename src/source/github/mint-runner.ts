import { SealError } from "../../error.ts";
import type { Secret } from "../../secret/secret.ts";
import type { Minted } from "../source.ts";
import type { App } from "./app.ts";
import { findInstallation } from "./installation.ts";
import { endedError, type InstallationToken, mintInstallationToken } from "./installation-token.ts";
import { mintJitConfig, type RunnerOptions, removeRunner } from "./jit-config.ts";
import type { Permissions } from "./permission.ts";
import { mintRegistration } from "./registration.ts";
import { revokeInstallationToken } from "./revocation.ts";
import { type RunnerPlace, runnerPermissions, runnerPlaceOf, showRunnerPlace } from "./runner-place.ts";
import { ownRepository, placeOf, readRepository, type ScopeOptions } from "./scope.ts";

export type RunnerAsk = ScopeOptions & {
  readonly permissions?: Permissions | undefined;
  readonly runner?: RunnerOptions | undefined;
  readonly runName: string;
  readonly signal: AbortSignal | undefined;
};

/**
 * The token by which runners register themselves. Like a JIT configuration it takes an installation token that can do
 * that and nothing else, and that is revoked at once.
 *
 * @throws SOURCE, POLICY
 */
export async function mintRunnerRegistration(app: App, ask: RunnerAsk): Promise<Minted> {
  const place = placeOfRunner(app, ask);
  const { made, token, notices } = await withToken(app, ask, place, (fresh) => mintRegistration(app, place, fresh));
  const does = `registers any number of runners at ${showRunnerPlace(place)}`;
  const end = `GitHub cannot revoke it: it is good until ${made.expiresAt.toISOString()}`;
  return {
    value: made.value,
    fields: new Map(),
    expiresAt: made.expiresAt,
    reach: does,
    keys: [token],
    notices: [...unusedKeys(app, ask), ...notices, `The secret ${app.name} ${does}. ${end}.`],
  };
}

/**
 * The configuration of one runner for one job. It tells no end: it is worth nothing any more when its runner is gone,
 * which `revoke` sees to.
 *
 * @throws SOURCE, POLICY
 */
export async function mintRunnerConfig(app: App, ask: RunnerAsk): Promise<Minted> {
  const place = placeOfRunner(app, ask);
  const how = { options: ask.runner ?? {}, runName: ask.runName };
  const { made, token, notices } = await withToken(app, ask, place, async (fresh) => {
    const config = await mintJitConfig(app, place, fresh, how);
    if (ask.signal?.aborted !== true) return config;
    // nobody will know of it
    await removeRunner(app, place, fresh, config).catch(() => {});
    throw endedError(app.name);
  });
  return {
    value: made.value,
    fields: new Map([["runner-name", made.runnerName]]),
    reach: `is the runner ${made.runnerName} at ${showRunnerPlace(place)}, for one job`,
    keys: [token, ...made.parts],
    revoke: async (end) => {
      await withToken(app, { ...ask, signal: end?.signal }, place, (fresh) => removeRunner(app, place, fresh, made));
    },
    notices: [...unusedKeys(app, ask), ...notices],
  };
}

function placeOfRunner({ name, host }: App, ask: RunnerAsk): RunnerPlace {
  const own = ownRepository(host.environment);
  return runnerPlaceOf(name, ask, ask.repository === undefined ? own : readRepository(name, ask.repository));
}

function unusedKeys({ name }: App, ask: RunnerAsk): readonly string[] {
  const unused = (["repositories", "permissions"] as const).filter((key) => ask[key] !== undefined);
  return unused.map(
    (key) => `\`${key}:\` of the secret ${name} is not used: what registers runners takes what it needs.`,
  );
}

/** Runs something with an installation token that lives no longer than that. */
async function withToken<Made>(
  app: App,
  ask: RunnerAsk,
  place: RunnerPlace,
  run: (token: InstallationToken) => Promise<Made>,
): Promise<{ readonly made: Made; readonly token: Secret; readonly notices: readonly string[] }> {
  const { name, host, api } = app;
  const at = placeOf(name, { ...ask, repositories: undefined }, host.environment);
  const installation = await findInstallation(app, at, ask.signal);
  const wanted = {
    name: `${name}-installation-token`,
    permissions: runnerPermissions(place),
    repositories: place.kind === "repository" ? [place.repository.name] : undefined,
  };
  const token = await mintInstallationToken(app, installation, wanted, ask.signal);
  const revoke = () =>
    revokeInstallationToken(host, api, token.value).then(
      () => [],
      (error: unknown) => [notRevoked(name, token, error)],
    );
  const made = await run(token).catch(async (error: unknown) => {
    await revoke();
    throw error;
  });
  return { made, token: token.value, notices: await revoke() };
}

function notRevoked(name: string, { expiresAt }: InstallationToken, error: unknown): string {
  const why = error instanceof SealError ? ` ${error.message}` : "";
  return `warning: the installation token that the secret ${name} was made with was not revoked; it is good until ${expiresAt.toISOString()}.${why}`;
}
