import { toBytes, toText } from "../../dockerfile/index.ts";
import { SealError } from "../../error.ts";
import { applyEdits } from "../../migrate/change.ts";
import { differenceIn } from "../../migrate/ci/check-result.ts";
import { listUnread } from "../../migrate/ci/list-unread.ts";
import type { CiMigration, WantedCiMigration } from "../../migrate/ci/migration.ts";
import { planCiMigration } from "../../migrate/ci/plan.ts";
import { isUnreadBuildFile } from "../../migrate/ci/unread-file.ts";
import type { CiProblem } from "../../workflow/document.ts";
import { readCiDocument } from "../../workflow/read.ts";
import type { Source } from "./grant-file.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Migrates one CI file or shell script: what is certain is changed, the rest is listed with what is to stand there.
 *
 * @throws SealError DOCKERFILE where the result would be another file than was meant
 */
export function migrateCi(identity: string, source: Source, wanted: WantedCiMigration): Outcome {
  if (isUnreadBuildFile(identity)) {
    const text = toText(source.bytes);
    return outcomeOf(source, text, listUnread(text, wanted), [], undefined);
  }
  const document = readCiDocument(identity, source.bytes);
  const planned = planCiMigration(document, wanted);
  const { edits } = planned;
  if (edits.length === 0) return outcomeOf(source, document.text, planned, document.problems, undefined);
  const after = toBytes(applyEdits(document.text, edits));
  const difference = differenceIn(document, readCiDocument(identity, after));
  if (difference === undefined) return outcomeOf(source, document.text, planned, document.problems, after);
  throw new SealError(
    "DOCKERFILE",
    `${source.name}: after the migration its ${difference} would differ in more than was meant`,
    "The file was left as it is. Please report it with the lines around, or change it by hand",
  );
}

function outcomeOf(
  { name, path, bytes }: Source,
  text: string,
  { places, edits }: CiMigration,
  problems: readonly CiProblem[],
  after: Uint8Array | undefined,
): Outcome {
  const edited = places.filter((place) => place.edited).length;
  return {
    name,
    path,
    before: bytes,
    text,
    edits,
    after,
    summary: `${edited} of ${places.length} place${places.length === 1 ? "" : "s"} changed`,
    details: () => "",
    notices: [],
    remarks: [
      ...problems.map(({ line, reason }) => ({
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
