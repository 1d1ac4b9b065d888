import type { Edit } from "../dockerfile/insertion.ts";
import { type EditedText, edited, editsOf, isInOrder, unedited } from "./edit-list.ts";
import type { LintFinding } from "./finish.ts";
import type { LintedFile } from "./lint-file.ts";
import type { Fix } from "./rule.ts";

/** A file after its fixes. */
export type FixedFile = {
  readonly text: string;
  /** Of the text before. */
  readonly edits: readonly Edit[];
  /** What was done, in order. */
  readonly applied: readonly { readonly rule: string; readonly what: string }[];
  /** What is left. */
  readonly linted: LintedFile;
  /** Why nothing was done: a mistake of a rule, which is named. The text is then the one before. */
  readonly failure: string | undefined;
};

/** What a file is to the fixer: how it is linted, and whether an edited one still reads the same otherwise. */
export type Fixable = {
  readonly lint: (text: string) => LintedFile;
  /** What differs beside what was edited. */
  readonly difference: (before: string, after: string, edits: readonly Edit[]) => string | undefined;
};

/** More rounds than any nest of fixes needs. */
const MOST_ROUNDS = 40;

/**
 * Applies fixes until none is left. In one round no two that touch each other; what a fix leaves is linted again. A fix
 * that would change more than it says, or that never comes to an end, leaves the file as it was.
 */
export function fixFile(before: string, first: LintedFile, file: Fixable, unsafe: boolean): FixedFile {
  const applied: { rule: string; what: string }[] = [];
  const seen = new Set([before]);
  let now = unedited(before);
  let linted = first;
  const failed = (failure: string): FixedFile => ({ text: before, edits: [], applied: [], linted: first, failure });
  for (let round = 0; ; round++) {
    const chosen = choose(linted.findings, unsafe, now.text.length);
    if (typeof chosen === "string") return failed(chosen);
    if (chosen.length === 0) {
      const edits = editsOf(now, before.length);
      return { text: now.text, edits, applied, linted, failure: undefined };
    }
    const next = applyChecked(now, chosen, file);
    if (typeof next === "string") return failed(next);
    if (round === MOST_ROUNDS || seen.has(next.text)) {
      return failed(`the fixes of ${namesOf(chosen)} do not come to an end: each round gives them something to do`);
    }
    seen.add(next.text);
    applied.push(...chosen.map(({ finding, fix }) => ({ rule: finding.rule, what: fix.what })));
    now = next;
    linted = file.lint(now.text);
  }
}

type Chosen = LintFinding & { readonly fix: Fix };

/** The fixes of one round: those that come first, none touching another. A string where a rule made a wrong one. */
function choose(findings: readonly LintFinding[], unsafe: boolean, length: number): Chosen[] | string {
  const chosen: Chosen[] = [];
  let free = -1;
  const offered = findings.filter((one): one is Chosen => one.fix !== undefined && (one.fix.safe || unsafe));
  for (const one of offered.toSorted((a, b) => startOf(a) - startOf(b))) {
    const { edits } = one.fix;
    if (edits.length === 0) continue;
    if (!isInOrder(edits, length)) return `the fix of ${one.finding.rule} has edits that are not in order`;
    if (startOf(one) <= free) continue;
    chosen.push(one);
    free = edits.at(-1)!.end;
  }
  return chosen;
}

function startOf({ fix }: Chosen): number {
  return fix.edits[0]?.start ?? 0;
}

function applyChecked(now: EditedText, chosen: readonly Chosen[], file: Fixable): EditedText | string {
  const edits = chosen.flatMap(({ fix }) => fix.edits);
  const next = edited(now, edits);
  if (next.text === now.text) return `the fixes of ${namesOf(chosen)} change nothing`;
  const difference = file.difference(now.text, next.text, edits);
  if (difference === undefined) return next;
  // which of them it was: each alone
  for (const { finding, fix } of chosen) {
    const alone = file.difference(now.text, edited(now, fix.edits).text, fix.edits);
    if (alone !== undefined) return `the fix of ${finding.rule} would change ${alone}`;
  }
  return `the fixes of ${namesOf(chosen)} together would change ${difference}`;
}

function namesOf(chosen: readonly Chosen[]): string {
  return [...new Set(chosen.map(({ finding }) => finding.rule))].join(", ");
}
