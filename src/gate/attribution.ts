/** One entry of an image's history, oldest first, as in the OCI image configuration. */
export type HistoryEntry = { readonly createdBy: string; readonly emptyLayer: boolean };

/**
 * The layer of each instruction of the target's chain of stages.
 *
 * BuildKit writes one history entry for each instruction after FROM (dockerfile2llb, `commitToHistory`), and the base
 * image's entries stand before them: so the two lists are laid side by side from their ends.
 *
 * @param keywords the chain's instructions in order, FROM left out
 * @returns for each instruction the index of its layer among the diff IDs, or `undefined` for one that made none; or
 *   nothing at all where the lists do not fit (another frontend, an ONBUILD base): then no layer can be named.
 */
export function layersOfInstructions(
  keywords: readonly string[],
  history: readonly HistoryEntry[],
): readonly (number | undefined)[] | undefined {
  const offset = history.length - keywords.length;
  if (offset < 0) return undefined;
  const layerAt: (number | undefined)[] = [];
  let layer = 0;
  for (const { emptyLayer } of history) layerAt.push(emptyLayer ? undefined : layer++);
  const fits = keywords.every((keyword, at) => firstWord(history[offset + at]!.createdBy) === keyword);
  return fits ? layerAt.slice(offset) : undefined;
}

function firstWord(text: string): string {
  return /^\S*/.exec(text.trimStart())![0].toUpperCase();
}
