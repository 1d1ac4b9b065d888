import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Config } from "../../config/config.ts";
import { configName, warnOfMisnamed } from "../../config/config-name.ts";
import { readConfig } from "../../config/read-config.ts";
import { checkRuleNames } from "../../config/rule-name.ts";
import { lintRules } from "../../lint/every-rule.ts";
import { matchesPath, type PathPattern, parseGlob } from "../../lint/glob.ts";
import type { RuleSet } from "../../lint/lint-file.ts";
import { exists, readText } from "../../system/text-file.ts";
import { ruleIds } from "./every-rule.ts";

/** What a configuration says of the files below it. */
export type RulesAt = {
  readonly ruleSet: RuleSet;
  readonly declared: ReadonlySet<string>;
  readonly isIgnored: (path: string) => boolean;
  /** The baseline that it names. */
  readonly baseline: string | undefined;
};

/** Gives the rules that hold in a folder, each configuration read once. @throws SealError CONFIG */
export function createRulesAt(
  named: string | undefined,
  warn: (sentence: string) => void,
): (folder: string) => Promise<RulesAt> {
  const byFolder = new Map<string, Promise<RulesAt>>();
  const find = async (folder: string): Promise<RulesAt> => {
    if (named === undefined && !existsSync(join(folder, configName))) {
      await warnOfMisnamed(folder, async (path) => existsSync(path), warn);
      const isTop = dirname(folder) === folder || existsSync(join(folder, ".git"));
      return isTop ? withoutConfig : at(dirname(folder));
    }
    const found = await readConfig({ named, start: folder }, { readText, exists, warn });
    if (found === undefined) return withoutConfig;
    await checkRuleNames(found, ruleIds, readText);
    return rulesOf(found.path, found.config);
  };
  const at = (folder: string): Promise<RulesAt> => {
    const key = named ?? folder;
    let rules = byFolder.get(key);
    if (rules === undefined) {
      rules = find(folder);
      byFolder.set(key, rules);
    }
    return rules;
  };
  return at;
}

const withoutConfig: RulesAt = {
  ruleSet: { rules: lintRules, ids: ruleIds, settings: new Map() },
  declared: new Set(),
  isIgnored: () => false,
  baseline: undefined,
};

function rulesOf(path: string, { lint, secrets }: Config): RulesAt {
  const folder = dirname(path);
  const patterns: PathPattern[] = (lint?.ignore ?? []).map(parseGlob);
  return {
    ruleSet: { rules: lintRules, ids: ruleIds, settings: new Map(Object.entries(lint?.rules ?? {})) },
    declared: new Set(Object.keys(secrets ?? {})),
    isIgnored: (file) => {
      const inside = relative(folder, file).split(sep).join("/");
      return patterns.some((pattern) => matchesPath(pattern, inside));
    },
    baseline: lint?.baseline === undefined ? undefined : join(folder, lint.baseline),
  };
}
