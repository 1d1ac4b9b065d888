/** One entry of an image's history, oldest first, as in the OCI image configuration. */
export type HistoryEntry = { readonly createdBy: string; readonly emptyLayer: boolean };

/**
 * The layer of each of the target's layer-making instructions (RUN, COPY, ADD, WORKDIR).
 *
 * BuildKit writes a history entry for each of them after the base image's own entries (dockerfile2llb,
 * `commitToHistory`), so the two lists are laid side by side from their ends.
 *
 * @param keywords the instructions that make layers, first to last, through all stages that the target is built upon
 * @returns for each the index of its layer among the diff IDs; or nothing where the lists do not fit (another frontend,
 *   an ONBUILD base): then no layer can be named.
 */
export function layersOfInstructions(
  keywords: readonly string[],
  history: readonly HistoryEntry[],
): readonly number[] | undefined {
  const layers = history.filter(({ emptyLayer }) => !emptyLayer);
  const offset = layers.length - keywords.length;
  if (offset < 0) return undefined;
  const fits = keywords.every((keyword, at) => firstWord(layers[offset + at]!.createdBy) === keyword);
  return fits ? keywords.map((_, at) => offset + at) : undefined;
}

function firstWord(text: string): string {
  return /^\S*/.exec(text.trimStart())![0].toUpperCase();
}
