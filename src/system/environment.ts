import type { Environment } from "../identity/host.ts";

/** The environment as it is now: read once, at the edge, and handed on from there. */
export function readEnvironment(): Environment {
  return Object.freeze({ ...process.env });
}
