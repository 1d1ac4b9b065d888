/** Where a line's continuation character is: the last one but for blanks, if there is no second one before it. */
export function findContinuation(text: string, from: number, end: number, escapeToken: string): number | undefined {
  let at = end - 1;
  while (at >= from && (text.charAt(at) === " " || text.charAt(at) === "\t")) at--;
  if (at < from || text.charAt(at) !== escapeToken) return undefined;
  return at > from && text.charAt(at - 1) === escapeToken ? undefined : at;
}
