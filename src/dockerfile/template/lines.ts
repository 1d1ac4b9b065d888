/** Where a text's lines are. Lines count from 1. */
export type Lines = {
  readonly lineOf: (offset: number) => number;
  /** Where the line of an offset begins. */
  readonly startOf: (offset: number) => number;
  /** After the line end of an offset's line. */
  readonly nextOf: (offset: number) => number;
};

export function createLines(text: string): Lines {
  const starts = [0];
  for (let newline = text.indexOf("\n"); newline >= 0; newline = text.indexOf("\n", newline + 1)) {
    starts.push(newline + 1);
  }
  const indexOf = (offset: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    lineOf: (offset) => indexOf(offset) + 1,
    startOf: (offset) => starts[indexOf(offset)]!,
    nextOf: (offset) => starts[indexOf(offset) + 1] ?? text.length,
  };
}
