import type { SealError } from "../error.ts";

/** `none`: it was looked at, and there is nothing to be said for or against it. */
export type CheckState = "ok" | "none" | "warning" | "error";

export type Place = { readonly file: string; readonly line: number; readonly column: number };

/** What was looked at and how it is, in one sentence without a value. */
export type Check = {
  /** Stable, for scripts; what stands before the dot is its section: `identity.irsa`, `secret.npm-token`. */
  readonly id: string;
  readonly state: CheckState;
  readonly says: string;
  /** Where it is written, from 1. */
  readonly where?: Place;
  /** What to do; there where the state is a warning or an error, unless the sentence says that itself. */
  readonly remedy?: string;
};

export function fine(id: string, says: string): Check {
  return { id, state: "ok", says };
}

export function noted(id: string, says: string): Check {
  return { id, state: "none", says };
}

export function odd(id: string, says: string, remedy: string): Check {
  return { id, state: "warning", says, remedy };
}

export function wrong(id: string, says: string, remedy: string): Check {
  return { id, state: "error", says, remedy };
}

/** The sentence says what to do itself, or names the check that does. */
export function bare(id: string, state: "warning" | "error", says: string): Check {
  return { id, state, says };
}

/** An error of the part that was tried, in that part's own words. */
export function failed(id: string, { message, remedy }: Pick<SealError, "message" | "remedy">, what = ""): Check {
  return wrong(id, `${what}${message}`, remedy);
}

/** Whether a check counts: the least state that does is said by `--fail-on`. */
export function countsAs({ state }: Check, least: "error" | "warning" | "never"): boolean {
  return least !== "never" && (state === "error" || (least === "warning" && state === "warning"));
}
