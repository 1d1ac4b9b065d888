import type { Clock } from "../source/clock.ts";

/** The machine's clock. Its timers keep the process alive only where they are asked to. */
export const systemClock: Clock = {
  now: Date.now,
  after: (delayMs, run, holding) => {
    const timer = setTimeout(run, delayMs);
    if (holding === undefined) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Waits, or until the signal comes. It keeps the process alive: somebody awaits the answer. */
export function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
