import { createMatching } from "../../../../../src/scan/user-rule/pattern/matching.ts";
import { compilePattern } from "../../../../../src/scan/user-rule/pattern/program.ts";
import { readPattern } from "../../../../../src/scan/user-rule/pattern/read-pattern.ts";

/** Every match that a pattern has in a text, as where it begins and ends. */
export function matchesOf(pattern: string, text: string): { start: number; end: number }[] {
  const matching = createMatching(compilePattern(readPattern(pattern)));
  return Array.from({ length: text.length + 1 }, (_, at) => at).flatMap((at) => {
    const { matched } = matching.find({ text, first: at, last: at, reach: 0, limit: text.length });
    return matched === undefined ? [] : [{ start: at, end: matched.slots[1]! }];
  });
}
