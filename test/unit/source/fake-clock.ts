import type { Clock, WatchPaths } from "../../../src/source/clock.ts";

export type FakeClock = Clock & {
  /** Lets time go by, timer after timer, with everything that hangs on each. */
  readonly pass: (durationMs: number) => Promise<void>;
  /** Sets the clock without any time going by. */
  readonly jump: (byMs: number) => void;
  readonly pending: () => number;
};

export function fakeClock(startMs: number): FakeClock {
  let nowMs = startMs;
  let elapsedMs = 0;
  const timers = new Set<{ dueMs: number; run: () => void }>();
  return {
    now: () => nowMs,
    after: (delayMs, run) => {
      const timer = { dueMs: elapsedMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass: async (durationMs) => {
      const untilMs = elapsedMs + durationMs;
      await settle();
      for (;;) {
        const next = [...timers].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > untilMs) break;
        timers.delete(next);
        nowMs += next.dueMs - elapsedMs;
        elapsedMs = next.dueMs;
        next.run();
        await settle();
      }
      nowMs += untilMs - elapsedMs;
      elapsedMs = untilMs;
    },
    jump: (byMs) => {
      nowMs += byMs;
    },
    pending: () => timers.size,
  };
}

/** Lets every promise that can be settled without time be settled. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((done) => setImmediate(done));
}

export type FakeWatch = {
  readonly watch: WatchPaths;
  readonly change: (path: string) => void;
  readonly watched: () => readonly string[];
};

export function fakeWatch(): FakeWatch {
  const watches = new Set<{ paths: readonly string[]; changed: () => void }>();
  return {
    watch: (paths, changed) => {
      const one = { paths, changed };
      watches.add(one);
      return { stop: () => void watches.delete(one) };
    },
    change: (path) => {
      for (const { paths, changed } of watches) if (paths.includes(path)) changed();
    },
    watched: () => [...watches].flatMap(({ paths }) => paths),
  };
}
