import { normalizeImageName } from "../buildx/image-name.ts";
import type { Descriptor } from "./document.ts";
import { isPlatform } from "./platform.ts";

/** Which of the images of an archive, a layout or an index are meant; left out: all of them. */
export type Choice = {
  /** Of an index these platforms alone: `os/architecture`, with or without the variant, by any of its names. */
  readonly platforms?: readonly string[];
  /** Of an archive or a layout the image of this name alone: a tag, or a whole name. */
  readonly name?: string;
};

/** Whether a descriptor of an index may be meant; one that names no platform may. */
export function isChosenPlatform({ platform }: Pick<Descriptor, "platform">, { platforms = [] }: Choice): boolean {
  return platform === undefined || platforms.length === 0 || platforms.some((each) => isPlatform(platform, each));
}

/** Whether what stands at the top of an archive or a layout is meant, by its names. */
export function isChosenName(names: readonly string[], { name }: Choice): boolean {
  return name === undefined || names.some((each) => each === name || sameName(each, name));
}

function sameName(one: string, other: string): boolean {
  return (one.includes("/") || other.includes("/")) && normalizeImageName(one) === normalizeImageName(other);
}

/** The names that a descriptor has in a layout (OCI image-spec "Pre-Defined Annotation Keys"; containerd's own). */
export function namesOf({ annotations }: Descriptor): readonly string[] {
  return ["io.containerd.image.name", "org.opencontainers.image.ref.name"].flatMap((key) => annotations[key] ?? []);
}
