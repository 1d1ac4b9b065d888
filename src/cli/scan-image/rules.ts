import { SealError } from "../../error.ts";
import type { LeftOut } from "../../finding/finding.ts";
import { nearest } from "../../nearest.ts";
import { plural } from "../../report/amount.ts";
import type { RuleHelps } from "../../report/rule-help.ts";
import { contentRules, placeRules } from "../../scan/rule/every-rule.ts";
import { ruleTexts } from "../../scan/rule/rule-text.ts";
import type { ContentRule, PlaceRule, RuleText } from "../../scan/rule.ts";
import { readText } from "../../system/text-file.ts";
import { ruleHelps } from "./rule-help.ts";
import type { ScanSettings } from "./settings.ts";

/** The rules of a scan. */
export type ScanRules = {
  readonly content: readonly ContentRule[];
  readonly place: readonly PlaceRule[];
  /** All that there are, but for `known-value`. */
  readonly ids: ReadonlySet<string>;
  /** Those that ran. */
  readonly ran: ReadonlySet<string>;
  readonly leftOut: readonly LeftOut[];
  readonly help: RuleHelps;
};

const known = "known-value";

/** @throws SealError ARGUMENT, CONFIG */
export async function readRules({ only, ruleFiles }: Pick<ScanSettings, "only" | "ruleFiles">): Promise<ScanRules> {
  const own = await readOwn(ruleFiles);
  const all = [...contentRules, ...placeRules, ...own];
  const ids = new Set(all.map(({ id }) => id));
  for (const id of only.rules) checkId(id, only.from, ids);
  const isWanted = ({ id }: { readonly id: string }) => only.rules.length === 0 || only.rules.includes(id);
  const content = [...contentRules, ...own].filter(isWanted);
  const place = placeRules.filter(isWanted);
  const out = all.filter((rule) => !isWanted(rule)).map(({ id }) => id);
  return {
    content,
    place,
    ids,
    ran: new Set([...content, ...place].map(({ id }) => id)),
    leftOut:
      out.length === 0
        ? []
        : [{ what: plural(out.length, "rule"), why: `${only.from} leaves them out`, count: out.length }],
    help: ruleHelps(own),
  };
}

function checkId(id: string, from: string, ids: ReadonlySet<string>): void {
  if (ids.has(id) || id === known) return;
  const meant = nearest(id, [...ids, known]);
  throw new SealError(
    from === "--only" ? "ARGUMENT" : "CONFIG",
    `${from} names '${id}', and there is no such rule`,
    meant === undefined ? "'buildseal explain' lists them all" : `Did you mean '${meant}'?`,
  );
}

/** Two rules of one name could not be told apart by an ignore list. */
async function readOwn(files: readonly string[]): Promise<readonly (ContentRule & RuleText)[]> {
  if (files.length === 0) return [];
  const { readUserRules } = await import("../../config/user-rules.ts");
  const own: (ContentRule & RuleText)[] = [];
  for (const file of files) {
    const text = await readText(file);
    if (text === undefined) throw new SealError("CONFIG", `${file}: no such file`, "Name an existing file with --rule");
    for (const rule of await readUserRules(file, text)) {
      const isTaken = own.some(({ id }) => id === rule.id) || ruleTexts.has(rule.id);
      if (isTaken) throw new SealError("CONFIG", `${file}: there is a rule ${rule.id} already`, "Give it another id");
      own.push(rule);
    }
  }
  return own;
}
