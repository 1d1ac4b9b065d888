import { NotHere } from "../error.ts";
import type { Clock } from "./clock.ts";
import type { Minted, Source } from "./source.ts";

/** How long to wait in the end for sources that are still being asked: as long as for issuers that revoke. */
const patienceMs = 10_000;

/** Loses sight of no asking: what nobody waits for any more may be issued all the same, and has to be ended. */
export type Follower = {
  /** The same source; what it gives when its asking was given up goes to `late`. */
  readonly follow: (name: string, source: Source) => Source;
  /** Hands a value to `late` that came in time and could not be used any more. */
  readonly drop: (name: string, minted: Minted) => void;
  /**
   * Waits until every source that is being asked has answered, ten seconds at most.
   *
   * @returns the names of those that have not
   */
  readonly settled: () => Promise<readonly string[]>;
};

/** @param late gets each value that came too late, once: it is nobody's, and alive */
export function createFollower(clock: Clock, late: (name: string, minted: Minted) => void): Follower {
  const asking = new Map<Promise<void>, string>();
  const dropped = new WeakSet<Minted>();

  function drop(name: string, minted: Minted): void {
    if (dropped.has(minted)) return;
    dropped.add(minted);
    late(name, minted);
  }

  return {
    drop,
    follow: (name, source) => ({
      ...source,
      mint: (ask) => {
        const minted = source.mint(ask);
        const over = minted
          .then((given) =>
            ask?.signal?.aborted === true && !(given instanceof NotHere) ? drop(name, given) : undefined,
          )
          .catch(() => {})
          .finally(() => asking.delete(over));
        asking.set(over, name);
        return minted;
      },
    }),
    settled: async () => {
      const patience = Promise.withResolvers<void>();
      // a source that waits for nothing the process knows of would let it end before anything is revoked
      const cancel = clock.after(patienceMs, patience.resolve, "holding");
      await Promise.race([Promise.all(asking.keys()), patience.promise]);
      cancel();
      return [...new Set(asking.values())];
    },
  };
}
