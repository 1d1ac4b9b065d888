import { toBytes } from "../../dockerfile/index.ts";
import { applyEdits } from "../../migrate/change.ts";
import { planCiMigration } from "../../migrate/ci/plan.ts";
import { readCiDocument } from "../../workflow/read.ts";
import type { Source } from "./grant-file.ts";
import type { MigrationAsk } from "./migration-ask.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Migrates one CI file or shell script: what is certain is changed, the rest is listed with what is to stand there.
 *
 * @param recipe what its builds are to name for AWS; undefined: nothing says which
 */
export function migrateCi(
  identity: string,
  { name, path, bytes }: Source,
  { migrate }: MigrationAsk,
  recipe: string | undefined,
): Outcome {
  const document = readCiDocument(identity, bytes);
  const { places, edits } = planCiMigration(document, {
    migration: migrate,
    ...(recipe === undefined ? {} : { recipe }),
  });
  const edited = places.filter((place) => place.edited).length;
  return {
    name,
    path,
    before: bytes,
    text: document.text,
    edits,
    after: edits.length === 0 ? undefined : toBytes(applyEdits(document.text, edits)),
    summary: `${edited} of ${places.length} place${places.length === 1 ? "" : "s"} changed`,
    details: () => "",
    notices: [],
    remarks: [
      ...document.problems.map(({ line, reason }) => ({
        kind: "note" as const,
        line,
        what: `not read: ${reason}`,
        remedy: "",
      })),
      ...places.map(({ line, what, why, replacement, edited }) => ({
        kind: edited ? ("note" as const) : ("left" as const),
        line,
        what: `${edited ? "changed: " : ""}${what}${replacement === undefined || replacement === "" ? "" : ` → ${replacement}`}`,
        remedy: why ?? "",
      })),
    ],
    hit: [],
  };
}
