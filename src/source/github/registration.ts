import { objectOf, textAt } from "../../identity/exchange/answer.ts";
import { Secret } from "../../secret/secret.ts";
import { isToken } from "../issuer.ts";
import type { App } from "./app.ts";
import type { InstallationToken } from "./installation-token.ts";
import { askRunners, type RunnerPlace, runnerMeaning } from "./runner-place.ts";

export type Registration = { readonly value: Secret; readonly expiresAt: Date };

/** @throws SOURCE */
export async function mintRegistration(app: App, place: RunnerPlace, token: InstallationToken): Promise<Registration> {
  const what = `GitHub gives no registration token for the secret ${app.name}`;
  const answer = await askRunners(app, place, token, what, "registration-token");
  const object = answer.status === 201 ? objectOf(answer) : undefined;
  const text = textAt(object, "token");
  const expiresAt = new Date(textAt(object, "expires_at") ?? "");
  if (!isToken(text) || Number.isNaN(expiresAt.getTime())) throw app.refuse(answer, what, runnerMeaning(place));
  return { value: new Secret(app.name, text), expiresAt };
}
