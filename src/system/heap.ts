import { setFlagsFromString } from "node:v8";

/** With the values that V8 has by itself: 0 leaves the heap's growth to it. */
const flags = [
  { name: "--semi-space-growth-factor", small: 1, usual: 2 },
  { name: "--heap-growing-percent", small: 50, usual: 0 },
] as const;

/**
 * Keeps the heap's young generation as small as it is, and has the old one collected when it has grown by half. V8 lets
 * both grow to several times of what lives under a long scan, whose objects live for a file each; Node's unpackers of small
 * files stay until all of it is collected. Smaller, it takes half of the memory and no more time (`bench/scan-large.ts`).
 *
 * Not at the start: V8 takes what was compiled before (Node's own modules, and our program) only under the same flags, and
 * to compile all of that anew is a third of a short run.
 */
export function keepHeapSmall(): void {
  for (const { name, small } of flags) setFlagsFromString(`${name}=${small}`);
}

/** Undoes it: to be called before what was compiled is kept for the next run. */
export function letHeapGrow(): void {
  for (const { name, usual } of flags) setFlagsFromString(`${name}=${usual}`);
}
