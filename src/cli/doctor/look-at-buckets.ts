import type { Config } from "../../config/config.ts";
import type { BuildFacts } from "../../dockerfile/build-facts.ts";
import { settingsOf } from "../../dockerfile/index.ts";
import { mountsOf } from "../../dockerfile/mount.ts";
import { scriptsOf } from "../../dockerfile/shell/scripts.ts";
import { keyOf, placeOfSccache } from "../../doctor/bucket/place.ts";
import { probeBucket } from "../../doctor/bucket/probe.ts";
import { type Check, failed } from "../../doctor/check.ts";
import { clockCheck } from "../../doctor/clock-check.ts";
import { SealError } from "../../error.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { surroundingsOf } from "../../grant/surroundings.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import { sccache } from "../../recipe/sccache.ts";
import type { SccacheOptions } from "../../recipe/sccache-options.ts";
import { wantedSettings } from "../../recipe/sccache-settings.ts";
import type { Mask } from "../../secret/mask.ts";
import type { Minted, SourceHost } from "../../source/source.ts";
import type { Granted } from "../build/grants.ts";
import { recordClock } from "./record-clock.ts";
import { keysFor } from "./session-of.ts";
import type { WantedBucket } from "./wanted.ts";

export type LookAsk = {
  readonly granted: Granted;
  readonly minted: ReadonlyMap<string, Minted>;
  readonly config: Config | undefined;
  readonly facts: BuildFacts;
  readonly requests: readonly GrantRequest[];
  readonly host: SourceHost;
  readonly mask: Mask;
  readonly signal: AbortSignal;
  readonly limitMs: number;
};

/** Of the buckets of a build's steps: what keeps them from being read, and a clock that is off. Nothing is written. */
export async function lookAtBuckets(ask: LookAsk): Promise<Check[]> {
  const { minted, config, granted, mask, signal, limitMs, host } = ask;
  const clock = recordClock(host.exchange, host.now);
  const recorded: SourceHost = { ...host, exchange: clock.exchange };
  const all = await Promise.all(
    bucketsOf(ask).map(async ({ place, secret }, at) => {
      const value = minted.get(secret);
      const source = config?.secrets?.[secret] ?? granted.plan.secrets.get(secret)?.source;
      if (value === undefined || source === undefined || place.region === undefined) return [];
      const know = (values: Parameters<Parameters<typeof keysFor>[1]["know"]>[0]) =>
        values.forEach((one) => void mask.add(one));
      const id = `bucket.${at}`;
      try {
        const keys = await keysFor(value, { name: secret, config: source, host: recorded, signal, know });
        if (keys === undefined) return [];
        const ports = { exchange: clock.exchange, now: host.now, limitMs, signal };
        // nothing of this name is there, and nothing comes to be
        return await probeBucket({ id, place, keys, name: "at-start", ports, only: "read" });
      } catch (error) {
        if (error instanceof SealError) return [failed(id, error)];
        throw error;
      }
    }),
  );
  const checks = [...all.flat(), clockCheck(clock.readings())];
  return checks.filter(({ id, state }) => state === "error" || (state === "warning" && id.startsWith("machine.")));
}

/** The buckets of the steps that this build reaches, each once, by what each step has in effect. */
function bucketsOf({ granted: { dockerfile, plan }, facts, requests, host }: LookAsk): readonly WantedBucket[] {
  const request = requests.find((one) => one.kind === "recipe" && one.recipe.name === sccache.name);
  const options = (request?.kind === "recipe" ? request.options : {}) as SccacheOptions;
  const [settings, script] = [settingsOf(dockerfile, facts), scriptsOf(dockerfile)];
  const found = new Map<string, WantedBucket>();
  for (const { step, reached, grants } of plan.steps) {
    const grant = grants.find(({ what }) => what === `recipe ${sccache.name}`);
    const secret = grant?.mounts.flatMap(({ secrets }) => secrets)[0];
    if (!reached || secret === undefined) continue;
    const mounts = mountsOf(step.run, settings(step).expand);
    const variable = (name: string) => host.environment[name];
    const around = surroundingsOf(
      settings(step),
      mounts,
      { body: step.body, script: () => script(step) },
      sccache as Recipe,
      variable,
      true,
    );
    const { wanted, region } = wantedSettings(options, around);
    const place = placeOfSccache(wanted, wanted.get("SCCACHE_REGION") ?? region);
    if (place !== undefined) found.set(`${secret} ${keyOf(place)}`, { place, secret });
  }
  return [...found.values()];
}
