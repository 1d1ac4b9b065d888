import type { BuildEvent } from "../progress/build-model.ts";
import type { CleanItem } from "../progress/clean-progress.ts";

/** Shows a build while it runs. A view that passes statuses on takes the items, the others what happened. */
export type View = {
  readonly item: (item: CleanItem) => void;
  readonly event: (event: BuildEvent) => void;
  /** The build is over, or given up: prints what is left and gives the terminal back as it was. */
  readonly end: () => void;
};

export type ViewKind = "plain" | "live" | "quiet" | "rawjson";

export type ViewOptions = {
  readonly write: (text: string) => void;
  /** A clock in milliseconds, whatever its zero. */
  readonly nowMs: () => number;
  /** Calls back every so many milliseconds, until the function that it gives is called. */
  readonly every: (ms: number, call: () => void) => () => void;
  /** The terminal's size, as it is now. Only `live` asks. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Whether the view may use colours of its own. Those of the build are passed on. */
  readonly colours: boolean;
};
