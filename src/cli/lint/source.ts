import type { Neighbours } from "../../lint/rule.ts";

/** A file as it was read, and where it belongs. */
export type Source = {
  readonly shown: string;
  readonly identity: string;
  readonly bytes: Uint8Array;
  readonly neighbours: Neighbours;
};
