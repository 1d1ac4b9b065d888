import type { FilePlace, ImagePlace } from "./finding.ts";
import { normalPath } from "./normal-path.ts";

/**
 * Tells one finding from another, the same in every build: from the rule, the secret's name or the rule's own key, and
 * the place without what a rebuild changes (layer numbers, digests, offsets, random names). No value goes into it.
 */
export function fingerprintOf(rule: string, key: string, place: ImagePlace | FilePlace): string {
  const where = "file" in place ? ["file", place.file] : normalPlace(place);
  // loaded when it is first asked for: it takes 3 to 8 of the 80 ms that lint needs for one file
  return process
    .getBuiltinModule("node:crypto")
    .createHash("sha256")
    .update(JSON.stringify([rule, key, ...where]))
    .digest("hex")
    .slice(0, 32);
}

/** A place in an image as every build of it has it. */
export function normalPlace({ surface, path = "", inner = [] }: ImagePlace): readonly string[] {
  const isFile = surface === "layer" || surface === "path" || surface === "metadata" || surface === "slack";
  // the third entry of the history is the fourth when the base has one more
  const names = isFile ? [path, ...inner] : [path, ...inner].map((name) => name.replace(/\[\d+\]/g, "[]"));
  return [surface, ...names.map(normalPath)];
}
