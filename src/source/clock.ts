/** What freshness needs of time and of the file system; the real ones are in `system/`. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Runs once, later; what it returns takes that back. It keeps nothing alive but where `holding` says so: for what has to be
   * done before the process may end.
   */
  readonly after: (delayMs: number, run: () => void, holding?: "holding") => () => void;
};

/** Says when one of these paths leads to something else than before. */
export type WatchPaths = (paths: readonly string[], changed: () => void) => { readonly stop: () => void };
