import type { Group } from "./sighting.ts";

/**
 * Leaves out the id and the session token of a key that is told by its secret. In a document each variable is a text of its own, of which a
 * rule sees no neighbours; in the document's bytes it saw them.
 */
export function withoutKeyParts(groups: readonly Group[]): readonly Group[] {
  const parts = new Set(
    groups.flatMap(({ what, root }) =>
      what.kind === "pattern" ? (what.verdict.parts ?? []).map((part) => `${root}\0${part}`) : [],
    ),
  );
  return groups.filter(
    ({ what, root, sightings }) =>
      what.kind === "known" ||
      !parts.has(`${root}\0${what.verdict.value}`) ||
      sightings.some(({ pointer }) => pointer === undefined),
  );
}
