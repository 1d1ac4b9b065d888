import type { Severity } from "../../../finding/finding.ts";
import { isExamplePath, isPublishedPath } from "../../likely.ts";
import type { RuleContext } from "../../rule.ts";

export function lowered(severity: Severity): Severity {
  return severity === "error" ? "warning" : "info";
}

/** What lies among examples, or was published with a package, is seldom what its finder has to revoke. */
export function isOthers(context: RuleContext): boolean {
  const path = wholePath(context);
  return isExamplePath(path) || isPublishedPath(path);
}

/** A package's own test or example: it is for all to see, and nobody's secret. */
export function isPublishedExample(context: RuleContext): boolean {
  const path = wholePath(context);
  return isExamplePath(path) && isPublishedPath(path);
}

function wholePath({ path, within = [] }: RuleContext): string {
  return within.length === 0 ? path : `${within.join("/")}/${path}`;
}
