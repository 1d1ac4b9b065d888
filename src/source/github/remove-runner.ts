import { isObject, objectOf, textAt } from "../../identity/exchange/answer.ts";
import { askRunners, type Runners } from "./runner-place.ts";

export type Runner = { readonly runnerId: number; readonly runnerName: string };

/**
 * Takes a runner away that nobody started, or that is done; its configuration is worth nothing then. One that GitHub does
 * not know any more is away: a just-in-time runner goes by itself after its one job.
 *
 * @throws SOURCE
 */
export async function removeRunner(runners: Runners, { runnerId, runnerName }: Runner): Promise<void> {
  const { app } = runners;
  const what = `The runner ${runnerName} of the secret ${app.name} could not be removed`;
  const answer = await askRunners(runners, what, { path: `/${runnerId}`, method: "DELETE" });
  if (answer.status === 204 || answer.status === 404) return;
  throw app.refuse(answer, what, (status) =>
    status === 422 ? { why: "it is running a job", remedy: "It goes by itself when the job ends." } : undefined,
  );
}

/**
 * The same for one of which nothing but its name is known, if it is there.
 *
 * @throws SOURCE
 */
export async function removeNamed(runners: Runners, runnerName: string): Promise<void> {
  const { app } = runners;
  const what = `The runner ${runnerName} of the secret ${app.name} could not be looked up`;
  // a server that does not know `name=` gives a page of all of them
  const answer = await askRunners(runners, what, { path: `?name=${encodeURIComponent(runnerName)}&per_page=100` });
  const listed = answer.status === 200 ? objectOf(answer)?.["runners"] : undefined;
  if (!Array.isArray(listed)) throw app.refuse(answer, what);
  for (const one of listed) {
    if (!isObject(one) || textAt(one, "name") !== runnerName || typeof one["id"] !== "number") continue;
    await removeRunner(runners, { runnerId: one["id"], runnerName });
  }
}
