/** The index of the last region that starts at or before the offset; -1 when there is none. Regions lie in order. */
export function indexAt(regions: readonly { readonly start: number }[], offset: number): number {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (regions[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
