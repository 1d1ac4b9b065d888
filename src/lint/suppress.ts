import { nearest } from "../nearest.ts";
import type { Coverage } from "./coverage.ts";
import { unexplainedSuppression, unknownSuppression, unusedSuppression } from "./frame-rule.ts";
import type { EveryRule, Fix, Problem } from "./rule.ts";
import { byPlace, type Found } from "./run-rules.ts";
import { type RuleSettings, severityOf } from "./severity.ts";

/**
 * Takes out what comments suppress, and adds what is wrong with the comments themselves: an unknown rule, no reason, and
 * a rule that found nothing there. What is found about a comment can be suppressed by none.
 *
 * @param ids all rules that there are
 */
export function suppress(
  found: readonly Found[],
  coverages: readonly Coverage[],
  file: { readonly text: string; readonly ids: ReadonlySet<string>; readonly settings: RuleSettings },
): Found[] {
  if (coverages.length === 0) return [...found];
  const gone = new Set<Found>();
  const own: Found[] = [];
  const add = (rule: EveryRule, problem: Problem) => {
    const severity = severityOf(rule, problem, file.settings);
    if (severity !== undefined) own.push({ rule, problem, severity });
  };
  for (const coverage of coverages) {
    if (coverage.misspelt) {
      add(unknownSuppression, misspelt(coverage));
      continue;
    }
    const unused = new Set<string>();
    for (const { id } of coverage.suppression.rules) {
      if (!file.ids.has(id)) continue;
      const hits = coverage.covers === undefined ? [] : hitsOf(found, id, coverage.covers);
      for (const hit of hits) gone.add(hit);
      if (hits.length === 0) unused.add(id);
    }
    for (const problem of unknownProblems(coverage, file.ids)) add(unknownSuppression, problem);
    for (const problem of unusedProblems(coverage, unused, file.text)) add(unusedSuppression, problem);
    if (coverage.suppression.reason === undefined) add(unexplainedSuppression, unexplained(coverage));
  }
  return [...found.filter((one) => !gone.has(one)), ...own].sort(byPlace);
}

/** `found` is in the order of the file. */
function hitsOf(found: readonly Found[], id: string, { from, to }: { from: number; to: number }): Found[] {
  const hits: Found[] = [];
  for (let at = firstFrom(found, from); at < found.length && found[at]!.problem.start <= to; at++) {
    if (found[at]!.rule.id === id) hits.push(found[at]!);
  }
  return hits;
}

function firstFrom(found: readonly Found[], offset: number): number {
  let low = 0;
  let high = found.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (found[middle]!.problem.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function misspelt({ start, end }: Coverage): Problem {
  return {
    start,
    end,
    message: "The comment is spelt almost like one that suppresses a finding, and is not read",
    remedy: "Write `# buildseal: ignore=RULE reason=TEXT`.",
  };
}

function* unknownProblems({ suppression, start, end }: Coverage, ids: ReadonlySet<string>): Iterable<Problem> {
  if (suppression.rules.length === 0) {
    yield { start, end, message: "No rule is named behind `ignore=`", remedy: "Write `ignore=RULE reason=TEXT`." };
  }
  for (const rule of suppression.rules) {
    if (ids.has(rule.id)) continue;
    const meant = nearest(rule.id, ids);
    yield {
      start: start + rule.start,
      end: start + rule.end,
      message:
        rule.id === "known-value"
          ? "Known values can not be ignored: this suppresses nothing"
          : "There is no rule of this name, so this suppresses nothing",
      remedy: meant === undefined ? "`buildseal explain` lists the rules." : `Did you mean \`${meant}\`?`,
    };
  }
}

function* unusedProblems(coverage: Coverage, unused: ReadonlySet<string>, text: string): Iterable<Problem> {
  const { suppression, start, why } = coverage;
  const isWholeUnused = suppression.rules.every(({ id }) => unused.has(id));
  for (const rule of suppression.rules) {
    if (!unused.has(rule.id)) continue;
    yield {
      start: start + rule.start,
      end: start + rule.end,
      key: rule.id,
      message: `\`${rule.id}\` finds nothing that this comment could suppress${why === undefined ? "" : `: ${why}`}`,
      remedy:
        why === undefined ? "Take it out." : "Put it on a line of its own right above what is meant, or take it out.",
      ...(why === undefined ? { fix: removal(coverage, isWholeUnused, rule, text) } : {}),
    };
  }
}

/** Takes the name out of the list, or the whole line where no name would be left. */
function removal(
  { suppression, start, end }: Coverage,
  isWholeUnused: boolean,
  rule: { readonly id: string; readonly start: number; readonly end: number },
  text: string,
): Fix {
  if (isWholeUnused) {
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const newline = text.indexOf("\n", end);
    const edit = { start: from, end: newline < 0 ? text.length : newline + 1, text: "" };
    return { safe: true, what: "Take the comment out", edits: [edit] };
  }
  const isFirst = rule === suppression.rules[0];
  const edit = { start: start + rule.start - (isFirst ? 0 : 1), end: start + rule.end + (isFirst ? 1 : 0), text: "" };
  return { safe: true, what: `Take ${rule.id} out of the comment`, edits: [edit] };
}

function unexplained({ start, end, suppression }: Coverage): Problem {
  return {
    start,
    end,
    key: suppression.rules.map(({ id }) => id).join(","),
    message: "It does not say why the finding is to be ignored",
    remedy: "Add `reason=TEXT` at its end.",
  };
}
