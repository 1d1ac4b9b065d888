import type { Severity } from "../../../finding/finding.ts";
import type { RuleContext } from "../../rule.ts";
import { isExamplePath } from "./example-path.ts";
import { isPublished } from "./published.ts";

function lowered(severity: Severity): Severity {
  return severity === "error" ? "warning" : "info";
}

/** How bad something is where it lies; what a package shows or tests itself with is seldom anybody's. */
export function severityIn(context: RuleContext, severity: Severity, isLower = false): Severity {
  if (isPublishedExample(context)) return "info";
  return isLower || isOthers(context) ? lowered(severity) : severity;
}

/** What lies among examples, or was published with a package, is seldom what its finder has to revoke. */
export function isOthers(context: RuleContext): boolean {
  return isExample(context) || isPublished(context);
}

/** A package's own test or example: it is for all to see, and nobody's secret. */
function isPublishedExample(context: RuleContext): boolean {
  return isExample(context) && isPublished(context);
}

export function isExample(context: RuleContext): boolean {
  const { path, within = [] } = context;
  return isExamplePath([...within, path].join("/"), isPublished(context));
}
