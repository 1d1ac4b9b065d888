import { posix } from "node:path";

/** A path that `manifest.json` names, as those of the archive's files are written: from the root, none leads out of it. */
export function pathIn(text: string): string {
  return posix.join("/", text).slice(1);
}

/** Where an old `docker save` has its config of the layer at this path. */
export function layerConfigOf(layer: string): string {
  return posix.join(posix.dirname(layer), "json");
}
