import { SealError } from "../../error.ts";
import { objectOf, textAt } from "../../identity/exchange/answer.ts";
import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";
import { Secret } from "../../secret/secret.ts";
import { type Issue, issueOf, isToken } from "../issuer.ts";
import type { App } from "./app.ts";
import type { Installation } from "./installation.ts";
import { mayBeMade, outcomeOf, withDoubt } from "./outcome.ts";
import { describePermissions, missingPermissions, type Permissions, readPermissions } from "./permission.ts";
import type { RefusalReading } from "./refusal.ts";
import { revokeInstallationToken } from "./revocation.ts";

export type InstallationToken = Issue & {
  readonly value: Secret;
  readonly expiresAt: Date;
  /** What GitHub says that it may do. */
  readonly permissions: Permissions;
  /** Sentences on other tokens that may be alive and that nobody can end. */
  readonly leftAlive: readonly string[];
};

/** The build's end, for who asks: after `signal` what comes is taken back, after `limit` nothing is waited for any more. */
export type Ends = { readonly signal?: AbortSignal | undefined; readonly limit?: AbortSignal | undefined };

export type TokenAsk = {
  /** The names of repositories; `undefined`: all of the installation's. */
  readonly repositories: readonly string[] | undefined;
  readonly permissions: Permissions;
  /** What the Secret is called. */
  readonly name: string;
};

/**
 * A token of the installation, for an hour. It is not taken back once it was asked for: a signal that comes meanwhile has
 * the token revoked as soon as it is here, for a token that nobody knows of could not be. Where GitHub breaks off it is asked
 * for once more, and that is said: the first one may be alive.
 *
 * @throws SOURCE
 */
export async function mintInstallationToken(
  app: App,
  installation: Installation,
  ask: TokenAsk,
  { signal, limit }: Ends,
): Promise<InstallationToken> {
  const { repositories, permissions } = ask;
  const what = `GitHub gives no installation token for the secret ${app.name}`;
  let doubts = 0;
  const outcome = await outcomeOf(
    app.ask(what, {
      path: `/app/installations/${installation.id}/access_tokens`,
      method: "POST",
      body: { ...(repositories !== undefined && { repositories }), permissions },
      signal: limit,
      mayRepeat: () => doubts++ === 0,
    }),
  );
  const text = "answer" in outcome && outcome.answer.status === 201 ? textAt(objectOf(outcome.answer), "token") : "";
  if ("error" in outcome || !isToken(text)) {
    const error =
      "error" in outcome ? outcome.error : app.refuse(outcome.answer, what, meaningOf(app, installation, ask));
    throw doubts > 0 || mayBeMade(outcome) ? withDoubt(error, unknownToken(app)) : error;
  }
  app.hide(text);
  const value = new Secret(ask.name, text);
  try {
    if (signal?.aborted === true) throw endedError(app.name);
    return {
      ...readToken(app, outcome.answer, value, ask),
      leftAlive: doubts > 0 ? [unknownToken(app)] : [],
    };
  } catch (error) {
    await revokeInstallationToken(app.host, app.api, value, limit).catch(() => {});
    throw error;
  }
}

/** How a sentence on what is left alive is told of a secret that was had all the same. */
export function warning(sentence: string): string {
  return `warning: ${sentence}`;
}

function unknownToken({ name }: App): string {
  return `GitHub gave no whole answer when it was asked for the secret ${name}: a token that nobody knows may be alive until its hour is over.`;
}

/** @throws SOURCE if it lacks its end, or can do more than was asked for */
function readToken(
  app: App,
  answer: ExchangeAnswer,
  value: Secret,
  ask: TokenAsk,
): Omit<InstallationToken, "leftAlive"> {
  const object = objectOf(answer);
  const expiresAt = new Date(textAt(object, "expires_at") ?? "");
  if (Number.isNaN(expiresAt.getTime())) {
    const message = `GitHub gives the secret ${app.name} without saying when it ends; it was revoked.`;
    throw new SealError("SOURCE", message, "Check `apiUrl:`: this is no answer of GitHub's API.");
  }
  const given = readPermissions(object?.["permissions"]) ?? ask.permissions;
  const { metadata: _, ...more } = given;
  const beyond = missingPermissions(more, ask.permissions);
  if (beyond.length > 0) {
    const message = `GitHub gave the secret ${app.name} more than was asked for (${describePermissions(given)}); it was revoked.`;
    throw new SealError("SOURCE", message, "Check `apiUrl:`: GitHub gives what is asked for.");
  }
  return { value, ...issueOf(answer, app.host.now()), expiresAt, permissions: given };
}

function meaningOf(app: App, installation: Installation, ask: TokenAsk): RefusalReading["meaning"] {
  return (status, words) => {
    const account = installation.account ?? "the account";
    if (status === 404) {
      return {
        why: `${app.shown} has no installation ${installation.id} any more`,
        remedy: "Install it again, or check `installationId:`.",
      };
    }
    if (status === 422 && /repositor/i.test(words)) {
      return {
        why: `the App is not installed on each of ${(ask.repositories ?? []).join(", ")}, or one does not exist`,
        remedy: `Add them to the App's installation at ${account} (its settings, GitHub Apps, Configure).`,
      };
    }
    if (/suspended/i.test(words)) return undefined;
    if ((status === 422 && /permission/i.test(words)) || status === 403) {
      const missing = missingPermissions(ask.permissions, installation.permissions ?? {});
      const list = missing.length === 0 ? describePermissions(ask.permissions) : missing.join(", ");
      return {
        why: `the App's installation at ${account} was not granted ${list}`,
        remedy:
          "Give the App that permission in its settings and have the account accept it, or ask for less by `permissions:`.",
      };
    }
    return undefined;
  };
}

/** What comes when nobody waits for it any more is ended at once. */
export function endedError(name: string): SealError {
  const message = `The build ended while the secret ${name} was being asked for; what came of it was revoked.`;
  return new SealError("SOURCE", message, "Nothing needs to be done.");
}
