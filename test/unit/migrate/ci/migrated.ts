import { encode } from "../../../../src/dockerfile/index.ts";
import type { CiMigration, WantedCiMigration } from "../../../../src/migrate/ci/migration.ts";
import { planCiMigration } from "../../../../src/migrate/ci/plan.ts";
import { readCiDocument } from "../../../../src/workflow/read.ts";

/** A migration of a text, and what comes of its edits. */
export type Migrated = { readonly plan: CiMigration; readonly text: string; readonly problems: number };

export function migrate(name: string, source: string, wanted: WantedCiMigration): Migrated {
  const document = readCiDocument(name, new Uint8Array(Buffer.from(encode(source), "latin1")));
  const plan = planCiMigration(document, wanted);
  const parts: string[] = [];
  let copied = 0;
  for (const { start, end, text } of plan.edits) {
    parts.push(document.text.slice(copied, start), text);
    copied = end;
  }
  parts.push(document.text.slice(copied));
  const text = Buffer.from(parts.join(""), "latin1").toString("utf8");
  return { plan, text, problems: document.problems.length };
}

/** The lines of a text that are not in the other, in order. */
export function linesBeyond(text: string, other: string): string[] {
  const known = new Set(other.split("\n"));
  return text.split("\n").filter((line) => !known.has(line));
}
