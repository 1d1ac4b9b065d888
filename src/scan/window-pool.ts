import type { Matcher } from "./matcher.ts";

/** Memory that strands take turns in: as many windows as there are strands at once, instead of one for each file. */
export type WindowPool = {
  /** A window with room for at least so many bytes. */
  readonly take: (room: number) => Buffer;
  /** Gives it back; nobody may look into it any more. */
  readonly giveBack: (window: Buffer) => void;
};

const smallest = 1 << 14;

export function createWindowPool({ window }: Pick<Matcher, "window">): WindowPool {
  const free = new Map<number, Buffer[]>();
  return {
    take: (room) => {
      const size = Math.max(smallest, 2 ** Math.ceil(Math.log2(room)));
      return free.get(size)?.pop() ?? window(size);
    },
    giveBack: (window) => {
      const same = free.get(window.length);
      if (same === undefined) free.set(window.length, [window]);
      else same.push(window);
    },
  };
}
