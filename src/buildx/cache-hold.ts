import type { PublishStep, Subject } from "./build-plan.ts";
import { type CacheEntry, exportsEveryStage, printCacheFlag } from "./cache-flag.ts";
import { parseGoBoolean } from "./flag-table.ts";
import type { PassesAsk } from "./pass.ts";

export type HeldCaches = {
  /** For the first pass. */
  readonly flags: readonly string[];
  /** Of them those that change the image itself, for every pass that makes it. */
  readonly inline: readonly string[];
  readonly subjects: readonly Subject[];
  readonly publish: readonly PublishStep[];
  /** `--cache-to` that only a second pass can write. */
  readonly again: readonly string[];
};

/**
 * Holds cache exports back. An inline one is in the image. One to a folder or a registry is made into a held folder: a
 * registry would get the very same manifest (tried), so it is pushed from there. Any other kind is written by a second
 * pass, and what it holds beyond a searched image (`mode=max`) is made into a held folder only to be searched.
 */
export function holdCaches(
  { command, builder, hold }: Pick<PassesAsk, "command" | "builder" | "hold">,
  { hasImage, pushesLayouts }: { readonly hasImage: boolean; readonly pushesLayouts: boolean },
): HeldCaches {
  const flags: string[] = [];
  const inline: string[] = [];
  const subjects: Subject[] = [];
  const publish: PublishStep[] = [];
  const again: string[] = [];
  const toFolder = (entry: CacheEntry, folder: string): void => {
    flags.push(`--cache-to=${printCacheFlag({ type: "local", attributes: { ...contentOf(entry), dest: folder } })}`);
    subjects.push({ kind: "cache-layout", folder });
  };
  for (const [index, entry] of command.cacheTo.entries()) {
    const { attributes } = entry;
    if (entry.type === "inline") {
      inline.push(`--cache-to=${printCacheFlag(entry)}`);
      continue;
    }
    if (entry.type === "local" && attributes["dest"] !== undefined) {
      const folder = hold(`cache-${index}`);
      toFolder(entry, folder);
      publish.push({ kind: "merge-layout", from: folder, to: attributes["dest"] });
      continue;
    }
    const isPlainRegistry = parseGoBoolean(attributes["registry.insecure"] ?? "") !== true;
    if (entry.type === "registry" && attributes["ref"] !== undefined && pushesLayouts && isPlainRegistry) {
      const folder = hold(`cache-${index}`);
      toFolder(entry, folder);
      const mayFail = parseGoBoolean(attributes["ignore-error"] ?? "") === true;
      publish.push({ kind: "push-cache", folder, reference: attributes["ref"], mayFail });
      continue;
    }
    // The engine's own store exports none: Docker says so in the first pass, before anything is published.
    const isRefused = builder.store === "graph";
    if (exportsEveryStage(entry) || !hasImage || isRefused) toFolder(entry, hold(`cache-${index}`));
    if (!isRefused) again.push(`--cache-to=${printCacheFlag(entry)}`);
  }
  return { flags: [...inline, ...flags], inline, subjects, publish, again };
}

const contentKeys = [
  "mode",
  "tag",
  "oci-mediatypes",
  "image-manifest",
  "compression",
  "compression-level",
  "force-compression",
];

/** What says what is exported, under which name in a folder, and in which form; not where. */
function contentOf({ attributes }: CacheEntry): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => contentKeys.includes(key)));
}
