import type { ImageScan } from "../../scan/image-scan.ts";
import type { ScanOptions } from "../../scan/scan-options.ts";

/** How a build's results are searched and judged, by the same keys that `scan-image` goes by. */
export type GateSettings = {
  readonly options: Pick<ScanOptions, "rules" | "skipPaths">;
  /** Names the rules and paths where they are others than always: what other rules have searched was not searched by these. */
  readonly tag: string;
  /** Takes out of a scan what the baseline and the ignore list know. Known values stay, whatever they say. */
  readonly judge: (scan: ImageScan) => ImageScan;
};

/** Where the configuration says nothing of it. */
export const usualGate: GateSettings = { options: {}, tag: "", judge: (scan) => scan };
