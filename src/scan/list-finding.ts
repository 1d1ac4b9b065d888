import type { BaselineEntry } from "../finding/baseline.ts";
import type { FilePlace, Finding, Severity } from "../finding/finding.ts";
import { fingerprintOf } from "../finding/fingerprint.ts";
import type { RuleText } from "./rule.ts";
import type { Suppressed } from "./suppress.ts";

/** What is found in the lists themselves: these are no secrets. */
export const listRules = {
  expired: {
    id: "expired-ignore-entry",
    title: "An entry of an ignore list is past its last day, and ignores nothing",
    severity: "warning",
    what: "An entry of an ignore list whose `expires` lies in the past. What it ignored is reported again.",
    why: "Somebody has decided to look at this again by that day.",
    remedy: "Mend what it was written for, or decide anew: another day, and why.",
  },
  unused: {
    id: "unused-ignore-entry",
    title: "An entry of an ignore list ignores nothing in this image",
    severity: "info",
    what: "An entry of an ignore list that no finding of a whole scan matches.",
    why: "What it was written for is gone, or it never matched. Left in place, it would hide the next one there.",
    remedy: "Take it out, if no other image needs it.",
  },
  baseline: {
    id: "unused-baseline-entry",
    title: "The baseline holds a finding that is not there any more",
    severity: "info",
    what: "An entry of the baseline that nothing in this image matches.",
    why: "A baseline is a list of what is still to be mended. An entry that stays behind would hide the same mistake when it comes back.",
    remedy: "Write the baseline anew with --update-baseline.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;

const widen = "Name a path that covers them all, or the finding's fingerprint.";

/** Where an entry of the baseline stands. */
export type BaselinePlaces = (entry: BaselineEntry) => FilePlace;

/** Whether a scan knows of an entry that it is of no use; `path` is what it is for, where it names one. */
export type CanTell = (rule: string, path: string | undefined) => boolean;

/** What is wrong with the lists. What has expired is told always. */
export function listFindings(
  { expired, unusedIgnores, unusedBaseline }: Suppressed,
  canTell: CanTell,
  placeOf: BaselinePlaces,
): Finding[] {
  const ignores = [
    ...expired.map((entry) => ({ entry, rule: listRules.expired, said: `expired on ${entry.expires}` })),
    ...unusedIgnores
      .filter(({ entry: { rule, path } }) => canTell(rule, path))
      .map(({ entry, coversPart }) =>
        coversPart
          ? {
              entry,
              rule: { ...listRules.unused, remedy: widen },
              said: "covers some places of a finding, and not all",
            }
          : { entry, rule: listRules.unused, said: "ignores nothing" },
      ),
  ].map(({ entry, rule, said }) => {
    const what = [entry.rule, entry.path ?? entry.fingerprint ?? ""].join(" at ");
    const { file, line, column } = entry.at;
    const where = { file, line, column, endLine: line, endColumn: column + 1 };
    return finding(rule, `${what} (${entry.reason})`, `The entry for ${what} ${said}`, where);
  });
  const known = unusedBaseline
    .filter(({ rule, where }) => canTell(rule, where))
    .map((entry) => {
      const what = `${entry.rule} in ${entry.where}`;
      const said = `The baseline lists ${what}, where it is not found any more`;
      return finding(listRules.baseline, entry.fingerprint, said, placeOf(entry));
    });
  return [...ignores, ...known];
}

function finding(
  { id, severity, remedy }: { id: string; severity: Severity; remedy: string },
  key: string,
  message: string,
  where: FilePlace,
): Finding {
  return { rule: id, severity, message, remedy, fingerprint: fingerprintOf(id, key, where), where };
}
