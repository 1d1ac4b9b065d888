import type { BaseChain, BaseImage, Buildpacks } from "./base-image.ts";
import type { Image, ImageLayer } from "./image.ts";

type Candidate = { readonly base: BaseImage; readonly layers: number };

/**
 * Says of each layer which base image it came with, where that is certain: where the base itself lies in the same archive,
 * where a provenance names the layers that were pulled (`chains`, by the manifest that it is about), or where buildpacks
 * name the last one (by the image's index). What an image only claims says nothing of its layers.
 */
export function tellBases(
  images: readonly Image[],
  buildpacks: ReadonlyMap<number, Buildpacks>,
  chains: ReadonlyMap<string, readonly BaseChain[]>,
): readonly Image[] {
  const byManifest = new Map(images.map((image) => [image.manifestDigest, image]));
  return images.map((image, index) => {
    const { base, layers } = [
      claimed(image, byManifest),
      packed(image, buildpacks.get(index)),
      ...(chains.get(image.manifestDigest ?? "") ?? []).map((chain) => pulled(image, chain)),
    ].reduce((best, each) => (each.layers > best.layers ? each : best));
    if (layers === 0) return image;
    const told = image.layers.map((layer): ImageLayer => (layer.index < layers ? { ...layer, base } : layer));
    return { ...image, layers: told };
  });
}

function claimed(image: Image, byManifest: ReadonlyMap<string | undefined, Image>): Candidate {
  const base = image.claimedBase ?? {};
  const layers = base.digest === undefined ? [] : (byManifest.get(base.digest)?.layers ?? []);
  const isPrefix = layers.every(({ diffId }, index) => image.layers[index]?.diffId === diffId);
  return { base, layers: isPrefix ? layers.length : 0 };
}

function packed(image: Image, made: Buildpacks | undefined): Candidate {
  if (made === undefined) return { base: {}, layers: 0 };
  const top = image.layers.findIndex(({ diffId }) => diffId === made.topLayer);
  return { base: { ...image.claimedBase, ...made.base }, layers: top + 1 };
}

function pulled(image: Image, { base, layers }: BaseChain): Candidate {
  const isPrefix = layers.every((digest, index) => image.layers[index]?.digest === digest);
  return { base, layers: isPrefix ? layers.length : 0 };
}
