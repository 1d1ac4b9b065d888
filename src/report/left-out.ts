import type { LeftOut } from "../finding/finding.ts";
import { grouped } from "./amount.ts";

/** What was left out and how much of it; a number that stands in its name is not said twice. */
export function leftOutName({ what, count }: LeftOut): string {
  return count === undefined || what.startsWith(`${grouped(count)} `) ? what : `${what} (${grouped(count)})`;
}

/** What a report says that has nothing to tell. */
export function nothingFound(leftOut: readonly LeftOut[]): string {
  return leftOut.some(({ count = 0 }) => count > 0) ? "Nothing else found" : "Nothing found";
}
