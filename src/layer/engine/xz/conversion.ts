/**
 * Turns the places that a program's instructions go to back into distances, in place. `position` is where the first byte stands in the
 * program.
 *
 * @returns how many bytes are done: an instruction may begin in those behind them
 */
export type Conversion = (bytes: Buffer, position: number) => number;
