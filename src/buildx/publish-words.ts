import type { PushTarget } from "./build-plan.ts";
import { isAtLeast, type Version } from "./version.ts";

/** The builder whose settings for registries count, and buildx's version. */
export type Tool = { readonly builder: string | undefined; readonly buildx: Version | undefined };

/** `imagetools create` takes an OCI layout since 0.33. */
export const pushesLayouts = ({ buildx }: Pick<Tool, "buildx">): boolean =>
  buildx !== undefined && isAtLeast(buildx, [0, 33, 0]);

/**
 * The words after `docker buildx` that push an image from its layout: its blobs, then its manifest by digest, then under
 * its tags. Nothing of it is changed on the way, which the digest in both names holds it to. Needs buildx 0.33.
 */
export function pushLayoutWords(
  { folder, targets }: { readonly folder: string; readonly targets: readonly PushTarget[] },
  digest: string,
  tool: Tool,
): string[] {
  const names = targets.flatMap(({ repository, references }) => [`${repository}@${digest}`, ...references]);
  return create(tool, names, [`oci-layout://${folder}@${digest}`]);
}

/** The words that push a cache export from its layout. Needs buildx 0.33. */
export function pushCacheWords(
  { folder, reference }: { readonly folder: string; readonly reference: string },
  digest: string,
  tool: Tool,
): string[] {
  return create(tool, [reference], [`oci-layout://${folder}@${digest}`]);
}

/**
 * The words that set tags on what was pushed to one repository by digest. buildx before 0.15 puts an index around it where
 * it is a single manifest: the tag then has another digest, and the same image.
 */
export function tagDigestWords(target: PushTarget, digest: string, tool: Tool): string[] {
  return create(tool, target.references, [`${target.repository}@${digest}`]);
}

/** The words that make one index of what several nodes pushed to one repository. */
export function joinWords(target: PushTarget, digests: readonly string[], tool: Tool): string[] {
  const sources = digests.map((digest) => `${target.repository}@${digest}`);
  return create(tool, target.references, sources);
}

function create({ builder, buildx }: Tool, names: readonly string[], sources: readonly string[]): string[] {
  const keepsManifest = buildx !== undefined && isAtLeast(buildx, [0, 15, 0]);
  return [
    "imagetools",
    "create",
    ...(builder === undefined ? [] : [`--builder=${builder}`]),
    ...(keepsManifest ? ["--prefer-index=false"] : []),
    "--progress=plain",
    ...names.map((name) => `--tag=${name}`),
    "--",
    ...sources,
  ];
}
