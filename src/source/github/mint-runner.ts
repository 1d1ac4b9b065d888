import { SealError } from "../../error.ts";
import type { Secret } from "../../secret/secret.ts";
import type { Minted } from "../source.ts";
import type { App } from "./app.ts";
import { findInstallation } from "./installation.ts";
import { type Ends, endedError, type InstallationToken, mintInstallationToken, warning } from "./installation-token.ts";
import { type JitConfig, mintJitConfig, type RunnerOptions } from "./jit-config.ts";
import { withDoubt } from "./outcome.ts";
import type { Permissions } from "./permission.ts";
import { mintRegistration } from "./registration.ts";
import { removeRunner } from "./remove-runner.ts";
import { revokeInstallationToken } from "./revocation.ts";
import { type RunnerPlace, type Runners, runnerPermissions, runnerPlaceOf, showRunnerPlace } from "./runner-place.ts";
import { ownRepository, placeOf, readRepository, type ScopeOptions } from "./scope.ts";

export type RunnerAsk = ScopeOptions & {
  readonly permissions?: Permissions | undefined;
  readonly runner?: RunnerOptions | undefined;
  readonly runName: string;
} & Ends;

/**
 * The token by which runners register themselves. Like a JIT configuration it takes an installation token that can do
 * that and nothing else, and that is revoked at once.
 *
 * @throws SOURCE, POLICY
 */
export async function mintRunnerRegistration(app: App, ask: RunnerAsk): Promise<Minted> {
  const place = placeOfRunner(app, ask);
  const { made, token, leftAlive } = await withToken(app, ask, place, mintRegistration);
  const does = `registers any number of runners at ${showRunnerPlace(place)}`;
  const end = `GitHub cannot revoke it: it is good until ${made.expiresAt.toISOString()}`;
  return {
    value: made.value,
    fields: new Map(),
    issuedAt: made.issuedAt,
    expiresAt: made.expiresAt,
    ...(made.clock && { clock: made.clock }),
    reach: does,
    keys: [token],
    notices: [...unusedKeys(app, ask), ...leftAlive.map(warning), `The secret ${app.name} ${does}. ${end}.`],
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
  const { made, token, leftAlive } = await withToken(app, ask, place, async (runners) => {
    const config = await mintJitConfig(runners, ask.runner ?? {}, ask.runName);
    if (ask.signal?.aborted !== true) return config;
    // nobody will know of it
    await removeRunner(runners, config).catch(() => {});
    throw endedError(app.name);
  });
  return {
    value: made.value,
    fields: new Map([["runner-name", made.runnerName]]),
    reach: `is the runner ${made.runnerName} at ${showRunnerPlace(place)}, for one job`,
    keys: [token, ...made.parts],
    revoke: async (end) => {
      const ending = { ...ask, signal: undefined, limit: end?.signal };
      const { leftAlive: left } = await withToken(app, ending, place, (runners) => removeRunner(runners, made));
      if (left.length > 0) throw notAllEnded(app, made, left);
    },
    notices: [...unusedKeys(app, ask), ...leftAlive.map(warning)],
  };
}

/** The runner is away, and what it was removed with is not. */
function notAllEnded({ name }: App, { runnerName }: JitConfig, leftAlive: readonly string[]): SealError {
  const message = `The runner ${runnerName} of the secret ${name} was removed. ${leftAlive.join(" ")}`;
  return new SealError("SOURCE", message, "Suspend the App's installation if a token may have leaked.");
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
  run: (runners: Runners) => Promise<Made>,
): Promise<{ readonly made: Made; readonly token: Secret; readonly leftAlive: readonly string[] }> {
  const { name, host, api } = app;
  const at = placeOf(name, { ...ask, repositories: undefined }, host.environment);
  const { signal, limit } = ask;
  const installation = await findInstallation(app, at, limit ?? signal);
  const wanted = {
    name: `${name}-installation-token`,
    permissions: runnerPermissions(place),
    repositories: place.kind === "repository" ? [place.repository.name] : undefined,
  };
  const token = await mintInstallationToken(app, installation, wanted, { signal, limit });
  const revoke = () =>
    revokeInstallationToken(host, api, token.value, limit).then(
      (): string[] => [],
      (error: unknown) => [notRevoked(name, token, error)],
    );
  const made = await run({ app, place, token, limit }).catch(async (error: unknown) => {
    const left = await revoke();
    throw error instanceof SealError && left.length > 0 ? withDoubt(error, left.join(" ")) : error;
  });
  return { made, token: token.value, leftAlive: [...token.leftAlive, ...(await revoke())] };
}

function notRevoked(name: string, { expiresAt }: InstallationToken, error: unknown): string {
  const why = error instanceof SealError ? ` ${error.message}` : "";
  return `The installation token that the secret ${name} was made with was not revoked; it is good until ${expiresAt.toISOString()}.${why}`;
}
