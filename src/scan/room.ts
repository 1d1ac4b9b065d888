/** Memory, and threads, for what is unpacked at the same time. */
export type Room = {
  /**
   * Waits for a place for something that lies in `depth` others and needs to hold `bytes`. Undefined: what it lies in
   * holds so much that there never will be one. Whoever got one gives it back by calling it.
   */
  readonly take: (depth: number, bytes: number) => Promise<(() => void) | undefined>;
};

type Waiting = { readonly bytes: number; readonly enter: (giveBack: (() => void) | undefined) => void };

/** So many at each depth. */
const mostAtOnce = 4;

/**
 * Nothing waits for ever: at one depth it goes strictly in turn, and what is deeper never waits for what it lies in, since
 * that waits for it.
 */
export function createRoom(mostBytes: number): Room {
  const depths: { running: number; bytes: number; readonly waiting: Waiting[] }[] = [];

  function at(depth: number) {
    while (depths.length <= depth) depths.push({ running: 0, bytes: 0, waiting: [] });
    return depths[depth]!;
  }

  const held = (depth: number): number => depths.slice(0, depth).reduce((sum, { bytes }) => sum + bytes, 0);

  function letIn(): void {
    for (let depth = depths.length - 1; depth >= 0; depth--) {
      const here = depths[depth]!;
      for (let next = here.waiting[0]; next !== undefined; next = here.waiting[0]) {
        const { bytes, enter } = next;
        const isHopeless = held(depth) + bytes > mostBytes;
        const fits = here.running < mostAtOnce && held(depths.length) + bytes <= mostBytes;
        if (!isHopeless && !fits) break;
        here.waiting.shift();
        if (isHopeless) enter(undefined);
        else enter(hold(here, bytes));
      }
    }
  }

  function hold(here: { running: number; bytes: number }, bytes: number): () => void {
    here.running++;
    here.bytes += bytes;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      here.running--;
      here.bytes -= bytes;
      letIn();
    };
  }

  return {
    take: (depth, bytes) =>
      new Promise((enter) => {
        at(depth).waiting.push({ bytes, enter });
        letIn();
      }),
  };
}
