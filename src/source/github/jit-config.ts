import { randomBytes } from "node:crypto";
import { isObject, objectOf, textAt } from "../../identity/exchange/answer.ts";
import { Secret } from "../../secret/secret.ts";
import { isToken } from "../issuer.ts";
import { askApi } from "./api.ts";
import type { App } from "./app.ts";
import type { InstallationToken } from "./installation-token.ts";
import type { RefusalReading } from "./refusal.ts";
import { askRunners, type RunnerPlace, runnerMeaning, runnersPath } from "./runner-place.ts";

export type RunnerOptions = {
  readonly name?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly groupId?: number | undefined;
  readonly workFolder?: string | undefined;
};

export type JitConfig = {
  readonly value: Secret;
  /** What is in it and is secret by itself: the runner writes it into files of its own. */
  readonly parts: readonly Secret[];
  readonly runnerId: number;
  readonly runnerName: string;
};

/** The group that every organisation and repository has. */
const defaultGroupId = 1;
/** As `config.sh` would give it; without any label no job would find the runner, and GitHub takes none. */
const defaultLabels = ["self-hosted"];

/** @throws SOURCE */
export async function mintJitConfig(
  app: App,
  place: RunnerPlace,
  token: InstallationToken,
  { options, runName }: { readonly options: RunnerOptions; readonly runName: string },
): Promise<JitConfig> {
  // a name is taken once, and each renewal makes another runner
  const name = options.name ?? `${runName.slice(0, 50)}-${randomBytes(4).toString("hex")}`;
  const what = `GitHub gives no runner configuration for the secret ${app.name}`;
  const answer = await askRunners(app, place, token, what, "generate-jitconfig", {
    name,
    runner_group_id: options.groupId ?? defaultGroupId,
    labels: options.labels ?? defaultLabels,
    work_folder: options.workFolder ?? "_work",
  });
  const object = answer.status === 201 ? objectOf(answer) : undefined;
  const text = textAt(object, "encoded_jit_config");
  const runnerId = isObject(object?.["runner"]) ? object["runner"]["id"] : undefined;
  if (!isToken(text) || typeof runnerId !== "number") {
    throw app.refuse(
      answer,
      what,
      (status, words) => jitMeaning(status, name, options) ?? runnerMeaning(place)(status, words),
    );
  }
  return { value: new Secret(app.name, text), parts: secretsInJitConfig(app.name, text), runnerId, runnerName: name };
}

/**
 * Takes a runner away that nobody started, or that is done; its configuration is worth nothing then. One that GitHub does
 * not know any more is away: a just-in-time runner goes by itself after its one job.
 *
 * @throws SOURCE
 */
export async function removeRunner(
  app: App,
  place: RunnerPlace,
  token: InstallationToken,
  runner: Pick<JitConfig, "runnerId" | "runnerName">,
): Promise<void> {
  const what = `The runner ${runner.runnerName} of the secret ${app.name} could not be removed`;
  const answer = await askApi(app.host, app.api, what, {
    path: `${runnersPath(place)}/${runner.runnerId}`,
    method: "DELETE",
    bearer: token.value.exposeText(),
    isNew: true,
  });
  if (answer.status === 204 || answer.status === 404) return;
  throw app.refuse(answer, what, (status) =>
    status === 422 ? { why: "it is running a job", remedy: "It goes by itself when the job ends." } : undefined,
  );
}

function jitMeaning(status: number, name: string, { groupId }: RunnerOptions): ReturnType<RefusalReading["meaning"]> {
  if (status === 409) {
    return {
      why: `there is a runner named ${name} already`,
      remedy: "Leave out `runner.name`, or remove that runner.",
    };
  }
  if ((status === 403 || status === 404) && groupId !== undefined) {
    return {
      why: `the runner group ${groupId} does not exist there, or the App may not add runners to it`,
      remedy: "Check `runner.groupId`; the App needs the permission to register runners too.",
    };
  }
  if (status === 422) {
    return {
      why: "it does not take what `runner:` says",
      remedy: "Check the name, the labels (1 to 100) and the group.",
    };
  }
  return undefined;
}

/**
 * A JIT configuration is base64 of an object of files, each in base64; the runner unpacks them beside itself
 * (actions/runner, JitConfig). `.credentials_rsaparams` is a private key, by its numbers.
 */
function secretsInJitConfig(name: string, encoded: string): readonly Secret[] {
  const files = parseBase64(encoded);
  const file = textAt(files, ".credentials_rsaparams");
  const numbers = file === undefined ? undefined : parseBase64(file);
  const parts = ["d", "p", "q"].flatMap((key) => textAt(numbers, key) ?? []);
  return [...(file === undefined ? [] : [file]), ...parts].map((part) => new Secret(name, part));
}

function parseBase64(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
