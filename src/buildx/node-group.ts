import type { BuilderNode } from "./builder.ts";

/**
 * Which platforms a builder's nodes build together: one group for each node that is used. buildx exports no archive from
 * several nodes at once, so each group is a pass. As in buildx (`build/resolver/driver.go`) a platform goes to the first
 * node that names it, else to the first node.
 */
export function nodeGroups(
  platforms: readonly string[],
  nodes: readonly BuilderNode[],
): readonly (readonly string[])[] {
  const groups = new Map<number, string[]>();
  for (const platform of platforms) {
    const named = nodes.findIndex((one) => one.platforms.some((its) => normalized(its) === normalized(platform)));
    const node = Math.max(0, named);
    groups.set(node, [...(groups.get(node) ?? []), platform]);
  }
  return groups.size === 0 ? [platforms] : [...groups.values()];
}

/** containerd's platforms.Normalize, as far as variants go that are another's name. */
const normalized = (platform: string): string =>
  platform
    .toLowerCase()
    .replace(/arm64\/v8$/, "arm64")
    .replace(/amd64\/v1$/, "amd64")
    .replace(/\/arm$/, "/arm/v7");
