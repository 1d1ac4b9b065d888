import type { Severity } from "../../../finding/finding.ts";
import { endsOnly, lengthOnly } from "../../../finding/redact.ts";
import { isLikely } from "../../likely.ts";
import { type ContentRule, matchAt, type RuleContext, type RuleText, type Verdict } from "../../rule.ts";
import { startsWord } from "./boundary.ts";
import { isExample, severityIn } from "./severity.ts";

/** One form of an issuer's tokens, as data. */
export type TokenForm = {
  /** In words that hold nothing of it: `a GitHub token`. */
  readonly what: string;
  /** One of these begins the pattern. */
  readonly literals: readonly string[];
  /** Sticky, from the literal on. Where it begins with a name, its first group is the secret; else the whole. */
  readonly pattern: RegExp;
  /** What belongs to the token before the literal, and may not stand before that; its end is the literal's place. */
  readonly lead?: RegExp;
  /** The least entropy of what is random in it, in bits per character. */
  readonly bits?: number;
  /** All of these stand in it somewhere: what a word, a name or a hash has not. */
  readonly holds?: readonly RegExp[];
  /** Whether a checksum, or what it decodes to, bears it out. One that does not is of severity `misfit`, or nothing at all. */
  readonly check?: (token: string) => boolean;
  readonly misfit?: Severity;
  /** It lives for so short that one among examples opens nothing any more, whatever its checksum says. */
  readonly isShortLived?: boolean;
  readonly severity?: Severity;
};

export type TokenRule = RuleText & { readonly forms: readonly TokenForm[] };

/** A line of a longer token, and what may stand around it. */
const leadBytes = 96;
const reachBytes = 400;

/** A rule that is data alone. `reach` is how many bytes its longest token has. */
export function tokenRule(rule: TokenRule, reach = reachBytes): ContentRule & RuleText {
  const { forms, ...text } = rule;
  return {
    ...text,
    literals: [...new Set(forms.flatMap(({ literals }) => literals))],
    before: forms.some(({ lead }) => lead !== undefined) ? leadBytes : 16,
    after: reach,
    judge: (window, at, context) => {
      for (const form of forms) {
        const verdict = judgeForm(form, rule.severity, window, at, context);
        if (verdict !== undefined) return verdict;
      }
      return undefined;
    },
  };
}

function judgeForm(
  form: TokenForm,
  worst: Severity,
  text: string,
  at: number,
  context: RuleContext,
): Verdict | undefined {
  const literal = form.literals.find((one) => text.startsWith(one, at));
  if (literal === undefined) return undefined;
  const match = matchAt(form.pattern, text, at);
  const lead = form.lead === undefined ? "" : form.lead.exec(text.slice(Math.max(0, at - leadBytes), at))?.[0];
  if (match === undefined || lead === undefined) return undefined;
  const isNamed = match[1] !== undefined;
  const value = match[1] ?? lead + match[0];
  const start = isNamed ? at + match[0].lastIndexOf(value) : at - lead.length;
  if (!isNamed && form.lead === undefined && !startsWord(text, start)) return undefined;
  const random = isNamed || lead !== "" ? value : value.slice(literal.length);
  if (!isLikely(random, form.bits ?? 3) || form.holds?.some((one) => !one.test(random)) === true) return undefined;
  const fits = form.check?.(value);
  if (fits === false && form.misfit === undefined) return undefined;
  const severity = fits === false ? form.misfit! : (form.severity ?? worst);
  const isDead = fits === true && form.isShortLived === true && isExample(context);
  return {
    start,
    end: start + value.length,
    value,
    severity: fits === undefined || isDead ? severityIn(context, severity) : severity,
    what: fits === false ? `${form.what}, though its checksum does not fit` : form.what,
    redacted: isNamed || lead !== "" ? lengthOnly(value.length) : endsOnly(value),
  };
}

/** In remedies of tokens that a step needed. */
export const mountIt = "Give the next one to the step that needs it as a secret mount, so that no layer holds it.";
