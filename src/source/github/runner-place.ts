import { SealError } from "../../error.ts";
import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";
import { type ApiRequest, askApi, segment } from "./api.ts";
import type { App } from "./app.ts";
import type { InstallationToken } from "./installation-token.ts";
import type { Permissions } from "./permission.ts";
import type { RefusalReading } from "./refusal.ts";
import type { Repository } from "./scope.ts";

/** Where runners are registered. */
export type RunnerPlace =
  | { readonly kind: "repository"; readonly repository: Repository }
  | { readonly kind: "organization"; readonly name: string };

/** @throws SOURCE */
export function runnerPlaceOf(
  secret: string,
  options: { readonly organization?: string | undefined },
  repository: Repository | undefined,
): RunnerPlace {
  if (options.organization !== undefined) return { kind: "organization", name: options.organization };
  if (repository !== undefined) return { kind: "repository", repository };
  const message = `The secret ${secret} does not say where its runner is to be registered, and GITHUB_REPOSITORY is not set.`;
  throw new SealError("SOURCE", message, "Name `repository: OWNER/NAME` or `organization:`.");
}

/** The least that an App needs for it (GitHub, "Permissions required for GitHub Apps"). */
export function runnerPermissions(place: RunnerPlace): Permissions {
  return place.kind === "repository" ? { administration: "write" } : { organization_self_hosted_runners: "write" };
}

export function showRunnerPlace(place: RunnerPlace): string {
  return place.kind === "repository"
    ? `${place.repository.owner}/${place.repository.name}`
    : `the organisation ${place.name}`;
}

/** The runners of a place, for who may add and remove them. */
export type Runners = {
  readonly app: App;
  readonly place: RunnerPlace;
  readonly token: InstallationToken;
  /** Nothing is waited for after it. */
  readonly limit: AbortSignal | undefined;
};

/** @param path what follows that of the runners, with its slash or question mark */
export function askRunners(
  { app, place, token, limit }: Runners,
  what: string,
  { path, ...request }: Pick<ApiRequest, "path" | "method" | "body" | "mayRepeat">,
): Promise<ExchangeAnswer> {
  return askApi(app.host, app.api, what, {
    ...request,
    path: `${runnersPath(place)}${path}`,
    bearer: token.value.exposeText(),
    isNew: true,
    signal: limit,
  });
}

function runnersPath(place: RunnerPlace): string {
  return place.kind === "repository"
    ? `/repos/${segment(place.repository.owner)}/${segment(place.repository.name)}/actions/runners`
    : `/orgs/${segment(place.name)}/actions/runners`;
}

export function runnerMeaning(place: RunnerPlace): RefusalReading["meaning"] {
  const [permission] = Object.entries(runnerPermissions(place)).map(([name, access]) => `${name}: ${access}`);
  return (status) => {
    if (status !== 403 && status !== 404) return undefined;
    return {
      why: `the App may not register runners at ${showRunnerPlace(place)}`,
      remedy: `It needs the permission ${permission}, accepted by the account; self-hosted runners must be allowed there.`,
    };
  };
}
