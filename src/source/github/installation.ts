import { isObject, objectOf, textAt } from "../../identity/exchange/answer.ts";
import { segment } from "./api.ts";
import type { App } from "./app.ts";
import { type Permissions, readPermissions } from "./permission.ts";
import type { RefusalReading } from "./refusal.ts";
import type { Place } from "./scope.ts";

/** An App at an account, as GitHub describes it. */
export type Installation = {
  readonly id: number;
  /** Whose it is; an enterprise has none. */
  readonly account: string | undefined;
  /** What the account granted the App; more than that no token can have. */
  readonly permissions: Permissions | undefined;
};

/**
 * @throws SOURCE if the App is not installed there
 */
export async function findInstallation(app: App, place: Place, signal: AbortSignal | undefined): Promise<Installation> {
  const what = `The installation for the secret ${app.name} could not be looked up`;
  const answer = await app.ask(what, { path: pathOf(place), signal });
  const object = answer.status === 200 ? objectOf(answer) : undefined;
  const id = object?.["id"];
  if (object === undefined || typeof id !== "number" || !Number.isSafeInteger(id)) {
    throw app.refuse(answer, `There is no installation for the secret ${app.name}`, meaningAt(app, place));
  }
  if (typeof object["suspended_at"] === "string") {
    const suspended = {
      why: `the installation of ${app.shown} is suspended`,
      remedy: "Unsuspend it in the account's settings, GitHub Apps.",
    };
    throw app.refuse(answer, `There is no installation for the secret ${app.name}`, () => suspended);
  }
  const login = isObject(object["account"]) ? textAt(object["account"], "login") : undefined;
  // it will be shown: only what can be a login, and is no part of what was sent
  const account = login !== undefined && /^[a-z\d][\w-]{0,38}$/i.test(login) && !app.hides(login) ? login : undefined;
  return { id, account, permissions: readPermissions(object["permissions"]) };
}

function pathOf(place: Place): string {
  switch (place.kind) {
    case "installation":
      return `/app/installations/${place.id}`;
    case "repository":
      return `/repos/${segment(place.repository.owner)}/${segment(place.repository.name)}/installation`;
    case "organization":
      return `/orgs/${segment(place.name)}/installation`;
  }
}

function meaningAt(app: App, place: Place): RefusalReading["meaning"] {
  return (status, words) => {
    if (status >= 300 && status < 400) {
      return {
        why: "what is named was renamed or moved",
        remedy: "Name it as it is called now: a credential does not follow where an answer points.",
      };
    }
    if (status !== 404 || /integration not found/i.test(words)) return undefined;
    switch (place.kind) {
      case "installation":
        return {
          why: `${app.shown} has no installation ${place.id}`,
          remedy:
            "Check `installationId:` (it is another one after each installing), or leave it out and name `repository:`.",
        };
      case "repository": {
        const repository = `${place.repository.owner}/${place.repository.name}`;
        return {
          why: `${app.shown} is not installed on ${repository}, or there is no such repository`,
          remedy: `Install it on ${repository} (the App's page, Install App), or name where it is by \`repository:\`.`,
        };
      }
      case "organization":
        return {
          why: `${app.shown} is not installed in the organisation ${place.name}, or there is none of that name`,
          remedy: "Install it there (the App's page, Install App); for a user's account name a `repository:` of it.",
        };
    }
  };
}
