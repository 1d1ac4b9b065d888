import type { Draft } from "./trail.ts";

/** What all ways through a file share. */
export type Reading = {
  readonly text: string;
  readonly escapeToken: "\\" | "`";
  readonly drafts: Map<number, Draft>;
  /** Numbers for lists of `<<`: a list is the number of the one without its last, and where the last is. */
  readonly openers: Map<string, number>;
  /** The branch that is being read, 0 outside of all. */
  branch: number;
  /** So many bytes of instructions may still be read for their heredocs. */
  heredocBytes: number;
};
