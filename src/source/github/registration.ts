import { objectOf, textAt } from "../../identity/exchange/answer.ts";
import { Secret } from "../../secret/secret.ts";
import { type Issue, issueOf, isToken } from "../issuer.ts";
import { askRunners, type Runners, runnerMeaning } from "./runner-place.ts";

export type Registration = Issue & { readonly value: Secret; readonly expiresAt: Date };

/** @throws SOURCE */
export async function mintRegistration(runners: Runners): Promise<Registration> {
  const { app, place } = runners;
  const what = `GitHub gives no registration token for the secret ${app.name}`;
  const answer = await askRunners(runners, what, { path: "/registration-token", method: "POST" });
  const object = answer.status === 201 ? objectOf(answer) : undefined;
  const text = textAt(object, "token");
  const expiresAt = new Date(textAt(object, "expires_at") ?? "");
  if (!isToken(text) || Number.isNaN(expiresAt.getTime())) throw app.refuse(answer, what, runnerMeaning(place));
  return { value: new Secret(app.name, text), ...issueOf(answer, app.host.now()), expiresAt };
}
