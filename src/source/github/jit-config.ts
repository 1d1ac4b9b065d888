import { randomBytes } from "node:crypto";
import type { SealError } from "../../error.ts";
import { isObject, objectOf, textAt } from "../../identity/exchange/answer.ts";
import { Secret } from "../../secret/secret.ts";
import { isToken } from "../issuer.ts";
import { mayBeMade, outcomeOf, withDoubt } from "./outcome.ts";
import type { RefusalReading } from "./refusal.ts";
import { removeNamed } from "./remove-runner.ts";
import { askRunners, type Runners, runnerMeaning, showRunnerPlace } from "./runner-place.ts";

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

/** How often another runner is made where nobody knows whether the one before was. */
const mostRunners = 3;

/**
 * The configuration of a new runner. Where GitHub does not say whether it made one, what it made is taken away again, and
 * another one is asked for.
 *
 * @throws SOURCE
 */
export async function mintJitConfig(runners: Runners, options: RunnerOptions, runName: string): Promise<JitConfig> {
  for (let made = 1; ; made++) {
    // a name is taken once, and each renewal makes another runner
    const name = options.name ?? `${runName.slice(0, 50)}-${randomBytes(4).toString("hex")}`;
    const asked = await askJitConfig(runners, name, options);
    if (!("error" in asked)) return asked;
    if (!asked.mayBeMade) throw asked.error;
    if (options.name !== undefined) throw leftBehind(asked.error, runners, name);
    await removeNamed(runners, name).catch(() => {
      throw leftBehind(asked.error, runners, name);
    });
    if (made === mostRunners) throw asked.error;
  }
}

async function askJitConfig(
  runners: Runners,
  name: string,
  options: RunnerOptions,
): Promise<JitConfig | { readonly error: SealError; readonly mayBeMade: boolean }> {
  const { app, place } = runners;
  const what = `GitHub gives no runner configuration for the secret ${app.name}`;
  const body = {
    name,
    runner_group_id: options.groupId ?? defaultGroupId,
    labels: options.labels ?? defaultLabels,
    work_folder: options.workFolder ?? "_work",
  };
  const request = { path: "/generate-jitconfig", method: "POST", body, mayRepeat: () => false } as const;
  const outcome = await outcomeOf(askRunners(runners, what, request));
  if ("error" in outcome) return { error: outcome.error, mayBeMade: mayBeMade(outcome) };
  const { answer } = outcome;
  const object = answer.status === 201 ? objectOf(answer) : undefined;
  const text = textAt(object, "encoded_jit_config");
  const runnerId = isObject(object?.["runner"]) ? object["runner"]["id"] : undefined;
  if (isToken(text) && typeof runnerId === "number") {
    return { value: new Secret(app.name, text), parts: secretsInJitConfig(app.name, text), runnerId, runnerName: name };
  }
  const meaning: RefusalReading["meaning"] = (status, words) =>
    jitMeaning(status, name, options) ?? runnerMeaning(place)(status, words);
  return { error: app.refuse(answer, what, meaning), mayBeMade: mayBeMade(outcome) };
}

function leftBehind(error: SealError, { place }: Runners, name: string): SealError {
  const at = showRunnerPlace(place);
  return withDoubt(
    error,
    `A runner ${name} may be registered at ${at}.`,
    `Remove the runner ${name} at ${at}, if it is there.`,
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
