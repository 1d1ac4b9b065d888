/** Comes where nothing else did: for a connection, or for the next piece of an answer. */
export class SilentError extends Error {}

/** Ends what is waited for: `signal` comes once nothing else did for a time, or when `end` does. */
export type Watchdog = {
  readonly signal: AbortSignal;
  readonly feed: () => void;
  /** Nothing is waited for any more. */
  readonly stop: () => void;
};

export function createWatchdog(idleMs: number, end?: AbortSignal): Watchdog {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(new SilentError()), idleMs);
  const endIt = (): void => control.abort(end?.reason);
  end?.addEventListener("abort", endIt, { once: true });
  if (end?.aborted === true) endIt();
  return {
    signal: control.signal,
    feed: () => void timer.refresh(),
    stop: () => {
      clearTimeout(timer);
      end?.removeEventListener("abort", endIt);
    },
  };
}
