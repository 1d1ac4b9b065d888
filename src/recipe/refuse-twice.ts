import { SealError } from "../error.ts";

/**
 * Refuses options in which two entries are one to the consumer: it would read one of them, and the other's secret would be
 * given for nothing, or the wrong one be sent.
 *
 * @param what an entry in one word
 * @param known what the consumer knows an entry by, of its name
 * @throws SealError GRANT
 */
export function refuseTwice(
  recipe: string,
  what: string,
  names: readonly string[],
  known: (name: string) => string = (name) => name,
): void {
  const all = names.map(known);
  const twice = names.find((_, at) => all.indexOf(all[at]!) !== at);
  if (twice === undefined) return;
  throw new SealError("GRANT", `recipe ${recipe}: the ${what} ${twice} stands twice`, `Let each ${what} stand once`);
}
