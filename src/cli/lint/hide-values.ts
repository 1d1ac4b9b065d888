/** Shorter values are not looked for: they would star out half of the text. */
const shortest = 4;

/**
 * Gives what stars out these values in a line, wherever they stand in it and however they overlap. Its time grows with the
 * line, not with the values: a file may have as many of them as lines.
 */
export function createHider(values: Iterable<string>): (line: string) => string {
  const all = new Set([...values].filter(({ length }) => length >= shortest));
  const lengths = new Map<string, Set<number>>();
  for (const value of all) {
    const start = value.slice(0, shortest);
    lengths.set(start, (lengths.get(start) ?? new Set()).add(value.length));
  }
  return (line) => {
    let shown = "";
    let hiddenTo = 0;
    for (let at = 0; at < line.length; at++) {
      for (const length of lengths.get(line.slice(at, at + shortest)) ?? []) {
        if (all.has(line.slice(at, at + length))) hiddenTo = Math.max(hiddenTo, at + length);
      }
      shown += at < hiddenTo ? "*" : line.charAt(at);
    }
    return shown;
  };
}
