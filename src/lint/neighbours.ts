import type { Neighbours } from "./rule.ts";

/** Of a file that lies nowhere: stdin, or bytes of a program. What needs to know is not judged. */
export const unknownNeighbours: Neighbours = { dockerignore: undefined, exists: () => undefined };
