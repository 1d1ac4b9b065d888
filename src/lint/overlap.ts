type Range = { readonly start: number; readonly end: number };

/** Whether one of the ranges, which are in order and apart, lies over a part of `start`…`end`. */
export function overlapsAny(ranges: readonly Range[], start: number, end: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low]!.start < end;
}
