import type { Base } from "../layer/spot.ts";

/** Something that was not read, or not opened, before it is known what its blob is for. */
export type Remark = { readonly place: Base; readonly why: string };

/** Remarks as they come: the first ones, and how many more there were. */
export type Remarks = {
  readonly add: (place: Base, why: string) => void;
  readonly all: readonly Remark[];
  readonly more: () => number;
};

/** Nobody reads further. */
export const mostRemarks = 1000;

export function createRemarks(): Remarks {
  const all: Remark[] = [];
  let more = 0;
  return {
    add: ({ root, path }, why) => {
      if (all.length < mostRemarks) all.push({ place: { root, path: path.map((name) => name.toWellFormed()) }, why });
      else more++;
    },
    all,
    more: () => more,
  };
}
