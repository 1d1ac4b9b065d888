import type { Edit } from "../../dockerfile/insertion.ts";
import type { CiDocument } from "../../workflow/document.ts";

export type CiMigrationKind = "static-aws-keys" | "arg-secrets" | "hf-token";

export type WantedCiMigration = {
  readonly migration: CiMigrationKind;
  /** The recipe that buildseal is to use for AWS, or several with commas between; that of sccache where it is not known. */
  readonly recipe?: string;
  /** Ids that migrated Dockerfiles asked for as a credential, and that none asks for any more. */
  readonly goneIds?: ReadonlySet<string>;
  /** Ids that steps of Dockerfiles still ask for: what hands them over has to stay. */
  readonly askedIds?: ReadonlySet<string>;
  /** ARGs that Dockerfiles still have: what gives them a value has to stay. */
  readonly keptArgs?: ReadonlySet<string>;
  /** The id that Dockerfiles mount for a variable; else it is made of the name. */
  readonly idFor?: (variable: string) => string;
};

/** What a migration comes to in one file. */
export type CiMigration = {
  /** In the order of the file. */
  readonly places: readonly CiPlace[];
  /** In the order of the file; they do not overlap. Bytes outside them stay as they are. */
  readonly edits: readonly Edit[];
};

export type CiPlace = {
  /** Bytes of the file, the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** What stands there, without any value. */
  readonly what: string;
  /** What is to stand there; empty: nothing. undefined: there is no one answer, and `why` says what to do. */
  readonly replacement?: string;
  /** Why it is listed only. */
  readonly why?: string;
  /** Whether `edits` change it. */
  readonly edited: boolean;
};

/** A place with what becomes of it: edits that must be made together, or the reason why there is none. */
export type PlannedPlace = Omit<CiPlace, "line" | "edited"> & { readonly edits: readonly Edit[] };

/** Counts lines and puts the edits in order. Two edits of one stretch would be a mistake of ours. */
export function finishMigration(document: CiDocument, planned: readonly PlannedPlace[]): CiMigration {
  const ordered = [...planned].sort((a, b) => a.start - b.start || a.end - b.end);
  const edits = new Map<string, Edit>();
  for (const place of ordered) {
    for (const edit of place.edits) edits.set(`${edit.start} ${edit.end} ${edit.text}`, edit);
  }
  let line = 1;
  let at = 0;
  const places = ordered.map(({ edits: own, ...place }) => {
    for (let next = document.text.indexOf("\n", at); next >= 0 && next < place.start; ) {
      line++;
      at = next + 1;
      next = document.text.indexOf("\n", at);
    }
    return { ...place, line, edited: own.length > 0 };
  });
  const inOrder = [...edits.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  for (const [index, edit] of inOrder.entries()) {
    if (index > 0 && inOrder[index - 1]!.end > edit.start) throw new TypeError("two edits of one stretch of the file");
  }
  return { places, edits: inOrder };
}
