import type { Encoding } from "../encoding.ts";

/** How often a secret was hidden, in which encoding. */
export type MaskHit = { readonly name: string; readonly encoding: Encoding; readonly count: number };

export type HitCounter = {
  readonly add: (hit: MaskHit) => void;
  /** What was counted since this was last asked. */
  readonly take: () => MaskHit[];
};

export function createHitCounter(): HitCounter {
  const hits = new Map<string, MaskHit>();
  return {
    add(hit) {
      const key = `${hit.encoding} ${hit.name}`;
      hits.set(key, { ...hit, count: hit.count + (hits.get(key)?.count ?? 0) });
    },
    take() {
      const taken = [...hits.values()];
      hits.clear();
      return taken;
    },
  };
}
