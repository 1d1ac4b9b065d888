import { NotHere, SealError } from "../../error.ts";
import { refusedToFork } from "../../grant/fork-refusal.ts";
import type { Mask } from "../../secret/mask.ts";
import type { Secret } from "../../secret/secret.ts";
import type { FreshnessEvent } from "../../source/event.ts";
import { createFreshness, type Freshness } from "../../source/freshness.ts";
import { type Minted, type Source, secretsOf } from "../../source/source.ts";
import type { SecretStore } from "../../source/store.ts";
import { systemClock } from "../../system/clock.ts";
import { watchPaths } from "../../system/watch.ts";
import { type Contents, createContentWriter } from "./contents.ts";
import { type Ended, endAll } from "./end.ts";
import { sayNotRevoked, sayStillAsked } from "./say-ended.ts";
import { type SourcesAsk, sourcesOf } from "./sources.ts";
import { whyNotGiven } from "./why-not-given.ts";

/** Secrets that were issued: minted, in their files, kept fresh until `end`. */
export type Issued = {
  readonly freshness: Freshness;
  readonly minted: ReadonlyMap<string, Minted>;
  /** What there is no identity for, and why; only secrets of optional recipes are left out. */
  readonly leftOut: ReadonlyMap<string, NotHere>;
  readonly sources: ReadonlyMap<string, Source>;
  /** Every value that was ever issued, renewed ones included. */
  readonly values: () => readonly Secret[];
  /**
   * Renews nothing more, and has all that was issued ended where its issuer can, and says what it could not; once, however
   * often it is asked for.
   */
  readonly end: () => Promise<readonly Ended[]>;
};

export type IssueAsk = SourcesAsk & {
  /** What has to lie in the store: id → content. */
  readonly contents: Contents;
  readonly requireIdentity: boolean;
  readonly store: () => Promise<Pick<SecretStore, "put">>;
  readonly mask: Mask;
  readonly say: (sentence: string) => void;
  readonly report: (event: FreshnessEvent) => void;
  /** Tells whoever else hides values, the CI's runner, of a new one before it is used. */
  readonly announce: (minted: Minted) => void;
  /** Gets `Issued.end` as soon as anything may be issued: for an end that comes from outside. */
  readonly beforeExit: (end: () => Promise<unknown>) => void;
};

/**
 * Mints what is wanted, all at once, and writes it into the store.
 *
 * @throws SealError POLICY, IDENTITY, SOURCE, STORE
 */
export async function issueSecrets(ask: IssueAsk): Promise<Issued> {
  const sources = sourcesOf(ask);
  const minted = new Map<string, Minted>();
  const values: Secret[] = [];
  const issued: { readonly name: string; readonly minted: Minted }[] = [];
  const know = (secret: Secret): void => {
    // a renewal brings what it was made with along each time
    if (values.some((known) => known.name === secret.name && known.equals(secret))) return;
    const why = ask.mask.add(secret);
    if (why !== undefined) ask.say(`secret ${secret.name} is neither masked nor searched for: ${why}`);
    values.push(secret);
  };
  const say = (sentence: string): void => ask.say(ask.mask.text(sentence));
  let isOver = false;
  const writer = createContentWriter(ask.contents, {
    put: async (id, value) => (await ask.store()).put(id, value),
    know,
  });
  const freshness = createFreshness({
    clock: systemClock,
    random: Math.random,
    watch: watchPaths,
    publish: async (name, value) => {
      issued.push({ name, minted: value });
      secretsOf(value).forEach(know);
      ask.announce(value);
      minted.set(name, value);
      await writer.write(name, minted);
    },
    late: (name, value) => {
      secretsOf(value).forEach(know);
      issued.push({ name, minted: value });
      if (isOver) void endIssued();
    },
    report: ask.report,
  });
  const endIssued = async (): Promise<readonly Ended[]> => {
    isOver = true;
    const all = await endAll(issued.splice(0));
    sayNotRevoked(all, say);
    return all;
  };
  let ended: Promise<readonly Ended[]> | undefined;
  const end = (): Promise<readonly Ended[]> => {
    ended ??= freshness.stop().then((unheard) => {
      sayStillAsked(unheard, say);
      return endIssued();
    });
    return ended;
  };
  ask.beforeExit(end);
  try {
    const leftOut = await mintAll(sources, freshness, ask);
    await writer.writeTexts(minted, new Set(leftOut.keys()));
    return { freshness, minted, leftOut, sources, values: () => values, end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function mintAll(
  sources: ReadonlyMap<string, Source>,
  freshness: Freshness,
  { wanted, policy, requireIdentity, place: { fork, missingRole } }: IssueAsk,
): Promise<ReadonlyMap<string, NotHere>> {
  const leftOut = new Map<string, NotHere>();
  const asked = new Map(sources);
  for (const [name, source] of sources) {
    const refused = refusedToFork(source, { fork, policy });
    if (refused === undefined) continue;
    leftOut.set(name, refused);
    asked.delete(name);
  }
  const answers = await Promise.all(
    [...asked].map(async ([name, source]) => [name, await freshness.add(name, source)] as const),
  );
  for (const [name, answer] of answers) {
    if (!(answer instanceof NotHere)) continue;
    leftOut.set(name, wanted.get(name)?.lacksRole === true ? await missingRole(answer) : answer);
  }
  for (const [name, nothing] of leftOut) {
    const isOptional = wanted.get(name)?.optional ?? false;
    if (isOptional && !requireIdentity) continue;
    const instead = isOptional ? "leave out --seal-require-identity to go on without it" : "take the grant out";
    const remedy = nothing.remedy ?? "Give the job one";
    const says = whyNotGiven(name, nothing);
    throw new SealError(
      "IDENTITY",
      says.replace(/^./, (first) => first.toUpperCase()),
      `${remedy}, or ${instead}`,
    );
  }
  return leftOut;
}
