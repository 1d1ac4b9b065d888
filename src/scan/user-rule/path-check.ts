import { parsePathGlob } from "../path-glob.ts";
import type { RuleContext } from "../rule.ts";
import { searchPattern } from "./ready-pattern.ts";
import type { WrittenPaths } from "./written-rule.ts";

/** As Linux has them; of a longer one the end counts. */
const longestPath = 4096;

/** Where a file lies: an archive around it counts as a folder. */
type Place = Pick<RuleContext, "path" | "within">;

/** Whether a file is one of those that are meant. @throws RuleProblem */
export function createPathCheck(wanted: WrittenPaths, key: string): (place: Place) => boolean {
  const check = readPaths(wanted, key);
  let last = { path: "", isMeant: check("") };
  return ({ path: name, within = [] }) => {
    const path = [...within, name].join("/");
    if (last.path !== path) last = { path, isMeant: check(path) };
    return last.isMeant;
  };
}

function readPaths(wanted: WrittenPaths, key: string): (path: string) => boolean {
  if (typeof wanted === "object" && "regex" in wanted) {
    const search = searchPattern(wanted.regex, [key, "regex"], longestPath);
    // patterns know bytes
    return (path) => search(Buffer.from(path).toString("latin1").slice(-longestPath)).isIn;
  }
  const globs = [wanted].flat().map(parsePathGlob);
  return (path) => globs.some((hits) => hits([path]));
}
