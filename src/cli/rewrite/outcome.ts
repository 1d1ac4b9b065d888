import type { Edit } from "../../dockerfile/index.ts";
import type { GrantRequest } from "../../grant/request.ts";
import type { Remark } from "../../migrate/migration.ts";

/** What comes of one file. */
export type Outcome = {
  /** What the user calls it. */
  readonly name: string;
  /** undefined: stdin. */
  readonly path: string | undefined;
  readonly before: Uint8Array;
  /** The whole text before, one character a byte. */
  readonly text: string;
  readonly edits: readonly Edit[];
  /** undefined: nothing changes. */
  readonly after: Uint8Array | undefined;
  /** What is changed, in a few words. */
  readonly summary: string;
  /** For people: what was chosen and why. */
  readonly details: () => string;
  readonly notices: readonly string[];
  readonly remarks: readonly Remark[];
  readonly hit: readonly GrantRequest[];
};
