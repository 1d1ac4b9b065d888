import { NotHere, SealError } from "../error.ts";
import { describeDuration } from "../identity/duration.ts";
import { askSource, askSourceAgain, endedError } from "./asking.ts";
import type { Clock, WatchPaths } from "./clock.ts";
import type { FreshnessEvent } from "./event.ts";
import { createFollower } from "./follower.ts";
import { backoffMs, type Life, type LifeState, lastCallMs, lifeOf, nextRenewalMs, stateOfLife } from "./schedule.ts";
import { isSameValue, type Minted, type Source } from "./source.ts";

export type FreshnessPorts = {
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly watch: WatchPaths;
  /**
   * Takes a new value into use: it must be known to the mask and the scan *before* it is written into its file, as a
   * step may read that at once. What it throws counts as a failed renewal; the old value then stays.
   */
  readonly publish: (name: string, minted: Minted) => Promise<void>;
  /** Gets a value that came when nobody waited for it any more: it is not used, and it has to be ended. Must not throw. */
  readonly late: (name: string, minted: Minted) => void;
  /** Must not throw. */
  readonly report: (event: FreshnessEvent) => void;
};

export type Freshness = {
  /**
   * Mints, publishes, and keeps it fresh from then on. Nothing is kept for a source that is `NotHere`.
   * @throws IDENTITY, SOURCE, STORE
   */
  readonly add: (name: string, source: Source) => Promise<Minted | NotHere>;
  /** Asks its source now, or joins the asking that is under way. Failures are reported, not thrown. */
  readonly renew: (name: string) => Promise<void>;
  /** How long the present value is good for; `undefined` for one without an end. */
  readonly lifeLeftMs: (name: string) => number | undefined;
  /** For the start of a step that gets this secret. */
  readonly stateAt: (name: string, nowMs?: number) => LifeState;
  readonly renewals: (name: string) => number;
  /**
   * Ends all timers, watches and mintings; when it is done nothing is published or reported any more.
   *
   * @returns the names of those whose source was still being asked: what it gives later is nobody's
   */
  readonly stop: () => Promise<readonly string[]>;
};

type Entry = {
  readonly name: string;
  readonly source: Source;
  minted: Minted | undefined;
  life: Life | undefined;
  renewals: number;
  failures: number;
  /** When to ask next; `undefined`: not before something changes. */
  nextMs: number | undefined;
  underway: Promise<void> | undefined;
  /** Something changed while its source was being asked, which may have given the old value. */
  again: boolean;
  saidExpiring: boolean;
  saidExpired: boolean;
  cancel: () => void;
  unwatch: () => void;
};

/** A clock may jump (NTP, a laptop that slept): what is due is looked at again at least this often. */
const longestSleepMs = 30_000;

/** Keeps secrets fresh while a build runs. Every time is taken from `clock`, every wait is its timer. */
export function createFreshness(ports: FreshnessPorts): Freshness {
  const { clock, report } = ports;
  const entries = new Map<string, Entry>();
  const end = new AbortController();
  const publishing = new Set<Promise<void>>();
  const follower = createFollower(clock, ports.late);

  async function add(name: string, source: Source): Promise<Minted | NotHere> {
    if (entries.has(name)) throw new TypeError(`the secret ${name} is kept fresh already`);
    const entry = newEntry(name, follower.follow(name, source));
    entries.set(name, entry);
    // The watch comes before the first reading: a change between the two would not be seen.
    if (source.watch.length > 0) entry.unwatch = ports.watch(source.watch, () => changed(entry)).stop;
    try {
      const minted = await askSource(name, entry.source, clock, end.signal);
      if (minted instanceof NotHere) {
        forget(entry);
        return minted;
      }
      await take(entry, minted);
      if (entry.again) void renew(entry);
      else sleep(entry);
      return minted;
    } catch (error) {
      forget(entry);
      throw error;
    }
  }

  function forget(entry: Entry): void {
    entries.delete(entry.name);
    entry.unwatch();
  }

  function changed(entry: Entry): void {
    if (entry.minted === undefined || entry.underway !== undefined) entry.again = true;
    else void renew(entry);
  }

  function renew(entry: Entry): Promise<void> {
    if (end.signal.aborted) return Promise.resolve();
    if (entry.underway !== undefined) return entry.underway;
    entry.cancel();
    entry.again = false;
    entry.underway = attempt(entry).finally(() => {
      entry.underway = undefined;
      if (entry.again) void renew(entry);
      else sleep(entry);
    });
    return entry.underway;
  }

  async function attempt(entry: Entry): Promise<void> {
    try {
      const minted = await askSourceAgain(entry.name, entry.source, clock, end.signal);
      if (entry.minted !== undefined && isSameValue(minted, entry.minted)) {
        keep(entry);
        return;
      }
      await take(entry, minted);
      if (end.signal.aborted) return;
      entry.renewals++;
      report({ kind: "renewed", secret: entry.name, renewals: entry.renewals, lifeLeftMs: lifeLeftMs(entry) });
    } catch (error) {
      fail(entry, error);
    }
  }

  async function take(entry: Entry, minted: Minted): Promise<void> {
    if (end.signal.aborted) {
      follower.drop(entry.name, minted);
      throw endedError(entry.name);
    }
    const published = ports.publish(entry.name, minted);
    publishing.add(published);
    try {
      await published;
    } finally {
      publishing.delete(published);
    }
    entry.minted = minted;
    entry.life = lifeOf(minted, entry.source.renewal, clock.now());
    entry.saidExpiring = false;
    entry.saidExpired = false;
    plan(entry);
  }

  /** There is nothing newer. That is a failure only once the value has expired. */
  function keep(entry: Entry): void {
    if (stateOfLife(entry.life, clock.now()).kind === "expired") throw staleError(entry.name);
    plan(entry);
  }

  function plan(entry: Entry): void {
    const { life, source } = entry;
    entry.failures = 0;
    entry.nextMs = life === undefined || source.renewal === "never" ? undefined : nextRenewalMs(life, clock.now());
  }

  function fail(entry: Entry, cause: unknown): void {
    if (end.signal.aborted) return;
    entry.failures++;
    entry.nextMs = clock.now() + backoffMs(entry.failures, ports.random());
    report({
      kind: "renewal-failed",
      secret: entry.name,
      attempt: entry.failures,
      error: cause instanceof SealError ? cause : publishError(entry.name, cause),
      lifeLeftMs: lifeLeftMs(entry),
    });
  }

  /** Until the next thing is due: asking again, the warning before the end, the end. */
  function sleep(entry: Entry): void {
    entry.cancel();
    if (end.signal.aborted) return;
    const { life } = entry;
    const times = [
      entry.nextMs,
      life === undefined || entry.saidExpiring ? undefined : lastCallMs(life),
      life === undefined || entry.saidExpired ? undefined : life.endMs + life.graceMs + 1,
    ].filter((time) => time !== undefined);
    if (times.length === 0) return;
    const delayMs = Math.max(0, Math.min(...times) - clock.now());
    entry.cancel = clock.after(Math.min(longestSleepMs, delayMs), () => wake(entry));
  }

  function wake(entry: Entry): void {
    sayEnd(entry);
    if (entry.nextMs !== undefined && entry.nextMs <= clock.now()) void renew(entry);
    else sleep(entry);
  }

  function sayEnd(entry: Entry): void {
    if (entry.life === undefined) return;
    const nowMs = clock.now();
    const state = stateOfLife(entry.life, nowMs);
    if (state.kind === "expired") {
      if (!entry.saidExpired) report({ kind: "expired", secret: entry.name, sinceMs: state.sinceMs });
      entry.saidExpired = true;
      entry.saidExpiring = true;
    } else if (nowMs >= lastCallMs(entry.life) && !entry.saidExpiring) {
      entry.saidExpiring = true;
      report({ kind: "expiring", secret: entry.name, lifeLeftMs: state.lifeLeftMs ?? 0 });
    }
  }

  function lifeLeftMs(entry: Entry): number | undefined {
    const state = stateOfLife(entry.life, clock.now());
    return state.kind === "ok" ? state.lifeLeftMs : 0;
  }

  function entryOf(name: string): Entry {
    const entry = entries.get(name);
    if (entry === undefined) throw new TypeError(`no secret named ${name} is kept fresh`);
    return entry;
  }

  return {
    add,
    renew: (name) => renew(entryOf(name)),
    lifeLeftMs: (name) => lifeLeftMs(entryOf(name)),
    stateAt: (name, nowMs) => stateOfLife(entryOf(name).life, nowMs ?? clock.now()),
    renewals: (name) => entryOf(name).renewals,
    stop: async () => {
      end.abort();
      for (const entry of entries.values()) {
        entry.cancel();
        entry.unwatch();
      }
      await Promise.allSettled(publishing);
      return follower.settled();
    },
  };
}

/** What to throw when a step begins with an expired secret. */
export function expiredAtStep(secret: string, step: string, sinceMs: number): SealError {
  const message = `The step ${step} began when the secret ${secret} had been expired for ${describeDuration(sinceMs)}.`;
  const remedy = "Its renewals failed (see the warnings above): see to its source, or give it a longer life.";
  return new SealError("SOURCE", message, remedy);
}

function newEntry(name: string, source: Source): Entry {
  return {
    name,
    source,
    minted: undefined,
    life: undefined,
    renewals: 0,
    failures: 0,
    nextMs: undefined,
    underway: undefined,
    again: false,
    saidExpiring: false,
    saidExpired: false,
    cancel: () => {},
    unwatch: () => {},
  };
}

function staleError(name: string): SealError {
  const message = `The source of the secret ${name} still gives the value that has expired.`;
  return new SealError("SOURCE", message, "See to whoever renews it.");
}

function publishError(name: string, cause: unknown): SealError {
  const message = `The new value of the secret ${name} could not be taken into use.`;
  return new SealError("SOURCE", message, "BUILDSEAL_DEBUG=1 shows the cause.", { cause });
}
