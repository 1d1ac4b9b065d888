import type { Severity } from "../../../finding/finding.ts";
import { lengthOnly } from "../../../finding/redact.ts";
import type { PlaceRule, RuleText, Verdict } from "../../rule.ts";
import { severityIn } from "./severity.ts";
import { isShaped } from "./shaped.ts";
import { gradeOf, type ValueGrade } from "./value.ts";

/** One way in which a file says a secret, as data. */
export type FileForm = {
  /** In words that hold nothing of it: `a login in a netrc file`. */
  readonly what: string;
  /** Global. Its group `value` is the secret; `key` tells it from others in the same file. */
  readonly pattern: RegExp;
  /** What of a match another rule reports. */
  readonly unless?: RegExp;
  /** A value that is encrypted, or only says where the secret lies. */
  readonly reference?: RegExp;
  /** What a value of each grade is worth; what is not named is passed over. */
  readonly severities?: Partial<Readonly<Record<ValueGrade, Severity>>>;
};

export type FileRule = RuleText & {
  readonly place: RegExp;
  readonly forms: readonly FileForm[];
  /** What stands in such a file for people only, between these two. */
  readonly comment?: readonly [open: string, close: string];
  /** A line that ends in a backslash goes on in the next: those of shells do. */
  readonly isContinued?: boolean;
  /** Global. What stands in such a file encrypted, for one program only. */
  readonly sealed?: RegExp;
};

const usual: NonNullable<FileForm["severities"]> = { weak: "warning", word: "error", random: "error" };

/** A rule that is data alone, for whole files. */
export function fileRule({
  place,
  forms,
  comment,
  isContinued = false,
  sealed,
  ...text
}: FileRule): PlaceRule & RuleText {
  return {
    ...text,
    place,
    read: (written, context) => {
      const lines = isContinued ? written.replace(/\\\r?\n/g, (end) => " ".repeat(end.length)) : written;
      const plain = comment === undefined ? lines : withoutComments(lines, comment);
      const content = sealed === undefined ? plain : plain.replace(sealed, (part) => part.replace(/[^\n]/g, " "));
      return forms.flatMap(({ what, pattern, unless, reference, severities = usual }) =>
        [...content.matchAll(pattern)].flatMap((match): Verdict[] => {
          const { value = "", key = "" } = match.groups ?? {};
          const severity = severities[gradeOf(value)];
          if (severity === undefined || unless?.test(match[0]) === true) return [];
          if (reference?.test(value) === true) return [];
          if (isShaped(value) || isShaped(`${key}=${value}`)) return [];
          const start = match.index + match[0].lastIndexOf(value);
          return [
            {
              start,
              end: start + value.length,
              value,
              severity: severityIn(context, severity),
              what,
              redacted: lengthOnly(value.length),
              key,
            },
          ];
        }),
      );
    },
  };
}

/** With blanks in their place, so that all else stands where it stood. */
function withoutComments(text: string, [open, close]: readonly [string, string]): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf(open); at !== -1; at = text.indexOf(open, from)) {
    const found = text.indexOf(close, at + open.length);
    const end = found === -1 ? text.length : found + close.length;
    parts.push(text.slice(from, at), " ".repeat(end - at));
    from = end;
  }
  return [...parts, text.slice(from)].join("");
}
