import { toBytes } from "../../dockerfile/index.ts";
import type { Fixable } from "../../lint/fix-file.ts";
import { lintCiFile } from "../../lint/lint-file.ts";
import { readCiDocument } from "../../workflow/read.ts";
import type { RulesAt } from "./rules-at.ts";
import type { Source } from "./source.ts";

/** A CI file as it is linted and mended. */
export function ciFile(source: Source, rules: RulesAt): Fixable {
  const read = (text: string) => readCiDocument(source.identity, toBytes(text));
  return {
    lint: (text) => lintCiFile(read(text), source, rules.ruleSet),
    difference: (before, after) => {
      const problem = read(after).problem?.message;
      return problem !== undefined && read(before).problem === undefined
        ? `the file so that it cannot be read (${problem})`
        : undefined;
    },
  };
}
