import type { Mount } from "../dockerfile/mount.ts";

/** What a mount is called in messages: its id, else its target. */
export function mountName({ id, target, env, type, unresolved }: Mount): string {
  const name = id ?? target ?? env;
  if (name !== undefined && name !== "") return name;
  return unresolved.length > 0 ? `whose ${unresolved[0]} is a variable` : `of type ${type}`;
}
