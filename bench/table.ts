/** One line of the table: what was measured, and the bound where there is one. */
export type Row = {
  readonly what: string;
  readonly measured: string;
  readonly bound?: string;
  readonly holds?: boolean;
};

export const ratio = (value: number): string => `${value.toFixed(2)} ×`;
export const inSeconds = (value: number): string => `${value.toFixed(2)} s`;
export const inMilliseconds = (value: number): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(Math.round(value * 1000))} ms`;
export const inMegabytes = (value: number): string => `${Math.round(value)} MB`;

export function bounded(what: string, value: number, most: number, print: (value: number) => string): Row {
  return { what, measured: print(value), bound: `≤ ${print(most)}`, holds: value <= most };
}

export function printTable(rows: readonly Row[]): string {
  const width = (of: (row: Row) => string) => Math.max(...rows.map((row) => of(row).length));
  const [what, measured, bound] = [
    width((row) => row.what),
    width((row) => row.measured),
    width((row) => row.bound ?? ""),
  ];
  return rows
    .map((row) => {
      const verdict = row.holds === undefined ? "" : row.holds ? "  held" : "  NOT HELD";
      return `${row.what.padEnd(what)}  ${row.measured.padStart(measured)}  ${(row.bound ?? "").padStart(bound)}${verdict}\n`;
    })
    .join("");
}
