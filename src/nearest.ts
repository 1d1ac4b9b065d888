/**
 * The nearest of some names to a word that is none of them, for "did you mean": the one with the fewest edits,
 * if these are at most a third of the word's length, and one in a short one: something of it must be left.
 */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.min(word.length, Math.max(1, Math.floor(word.length / 3)) + 1);
  for (const name of names) {
    const edits = editDistance(word.toLowerCase(), name.toLowerCase(), fewest);
    if (edits < fewest) {
      fewest = edits;
      best = name;
    }
  }
  return best;
}

/**
 * Optimal string alignment: insertions, deletions, changes, and two neighbours that changed places. Gives up (returns
 * `limit`) as soon as it cannot be below `limit`.
 */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          previous[column]! + 1,
          current[column - 1]! + 1,
          previous[column - 1]! + change,
          swapped ? before[column - 2]! + 1 : limit,
        ),
      );
    }
    if (Math.min(...current, ...previous) >= limit) return limit;
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}
