import { setFlagsFromString } from "node:v8";

/**
 * Keeps the heap's young generation as small as it begins. V8 lets it grow to 140 MB under a scan, whose objects live for
 * a file each and are 15 MB at any time; smaller, it costs no more time (4.7 GB of files: 308 MB at the peak, 184 MB so).
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
