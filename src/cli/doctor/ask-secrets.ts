import type { AskedSecret } from "../../doctor/secret-check.ts";
import { NotHere, SealError } from "../../error.ts";
import { NotForFork, refusedToFork } from "../../grant/fork-refusal.ts";
import type { WantedSecret } from "../../grant/plan.ts";
import type { Policy } from "../../grant/policy.ts";
import type { Mask } from "../../secret/mask.ts";
import { askSource } from "../../source/asking.ts";
import type { SourceConfig } from "../../source/kind/kind.ts";
import { type SourceHost, secretsOf } from "../../source/source.ts";
import { systemClock } from "../../system/clock.ts";
import type { SourcePlace } from "../secret/source-host.ts";
import { allowedSource } from "../secret/sources.ts";
import type { Lending } from "./lending.ts";

export type SecretsAsk = {
  readonly wanted: ReadonlyMap<string, WantedSecret>;
  readonly policy: Policy;
  readonly allowExec: boolean;
  readonly dryRun: boolean;
  readonly fork: string | undefined;
  readonly host: SourceHost;
  readonly mask: Mask;
  /** Told of each value at once: whoever is ended from outside has it revoked. */
  readonly lending: Pick<Lending, "end" | "follow" | "take">;
  readonly missingRole: SourcePlace["missingRole"];
};

/** Sources that only read what is on this machine: a dry run may, too. */
const readers: ReadonlySet<SourceConfig["from"]> = new Set(["env", "file", "irsa"]);

/** Asks each source for its secret, all at once; in a dry run, only those that just read. */
export async function askSecrets(ask: SecretsAsk): Promise<AskedSecret[]> {
  return Promise.all(
    [...ask.wanted].map(async ([name, { optional, source, lacksRole }]): Promise<AskedSecret> => {
      const kind = source?.from ?? "no source";
      const answer = await askOne(name, source, ask);
      const isLacking = answer instanceof NotHere && !(answer instanceof NotForFork) && lacksRole === true;
      const identity = source !== undefined && "identity" in source ? source.identity : undefined;
      return { name, kind, optional, identity, answer: isLacking ? await ask.missingRole(answer) : answer };
    }),
  );
}

async function askOne(name: string, config: SourceConfig | undefined, ask: SecretsAsk): Promise<AskedSecret["answer"]> {
  if (config === undefined) {
    return new SealError(
      "GRANT",
      "a recipe needs it, and nothing declares it",
      `Declare ${name} under \`secrets:\` in buildseal.yaml`,
    );
  }
  try {
    const source = allowedSource(name, config, ask.policy, ask.allowExec, ask.host);
    const why = refusedToFork(source, ask);
    if (why !== undefined) return why;
    if (ask.dryRun && !readers.has(config.from)) return "not-asked";
    const { end, follow, take } = ask.lending;
    const answer = await askSource(name, follow(name, source), systemClock, end);
    if (answer instanceof NotHere) return answer;
    take(name, answer);
    for (const secret of secretsOf(answer)) ask.mask.add(secret);
    return answer;
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
}
