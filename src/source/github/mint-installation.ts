import { SealError } from "../../error.ts";
import type { Minted } from "../source.ts";
import type { App } from "./app.ts";
import { findInstallation } from "./installation.ts";
import { mintInstallationToken, warning } from "./installation-token.ts";
import { describePermissions, type Permissions } from "./permission.ts";
import { revokeInstallationToken } from "./revocation.ts";
import { placeOf, repositoriesOf, type ScopeOptions } from "./scope.ts";

export type InstallationAsk = ScopeOptions & {
  /** What the entry says, or what is usual. */
  readonly asked: Permissions;
  /** What is left of it for a pull request. */
  readonly permissions: Permissions;
  readonly signal: AbortSignal | undefined;
};

/**
 * An installation token, narrowed to repositories and permissions; it is revoked when nobody needs it any more.
 *
 * @throws SOURCE, POLICY
 */
export async function mintInstallation(app: App, ask: InstallationAsk): Promise<Minted> {
  const { name, host, api } = app;
  const { asked, permissions, signal } = ask;
  if (Object.keys(permissions).length === 0) {
    const message = `The secret ${name} is for a pull request, and none of its permissions can be had for reading alone (${describePermissions(asked)}).`;
    throw new SealError("SOURCE", message, "Grant it in jobs of branches only.");
  }
  const installation = await findInstallation(app, placeOf(name, ask, host.environment), signal);
  const { names, notice } = repositoriesOf(name, ask, installation.account, host.environment);
  const token = await mintInstallationToken(app, installation, { repositories: names, permissions, name }, { signal });
  const owner = installation.account === undefined ? "" : `${installation.account}/`;
  const where =
    names?.map((one) => `${owner}${one}`).join(", ") ?? `every repository that ${app.shown} is installed on`;
  const narrowed = describePermissions(permissions) !== describePermissions(asked);
  return {
    value: token.value,
    fields: new Map(),
    issuedAt: token.issuedAt,
    expiresAt: token.expiresAt,
    ...(token.clock && { clock: token.clock }),
    reach: `${describePermissions(token.permissions)} on ${where}`,
    revoke: (end) => revokeInstallationToken(host, api, token.value, end?.signal),
    notices: [
      ...token.leftAlive.map(warning),
      ...(notice === undefined ? [] : [notice]),
      ...(narrowed
        ? [`This job is for a pull request: the secret ${name} has ${describePermissions(permissions)} and no more.`]
        : []),
    ],
  };
}
