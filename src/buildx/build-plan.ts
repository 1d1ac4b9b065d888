import type { BuildOutput } from "./output-flag.ts";

/**
 * How a build runs under the gate: passes that publish nothing, what of their result is searched, and the steps that
 * publish it. What is published is what was searched: the same bytes wherever they can be kept, else the result of a second
 * pass that has no secrets and is compared.
 */
export type BuildPlan = {
  /** One, or one for each node of a builder with several. */
  readonly passes: readonly BuildPass[];
  /** In this order, after all passes, and only if nothing was found. The first one that fails ends it. */
  readonly publish: readonly PublishStep[];
  /** What goes past the search, each as a sentence for the user. */
  readonly unsearched: readonly string[];
};

export type BuildPass = {
  /** After `docker buildx build`. */
  readonly words: readonly string[];
  /** To be set for this pass. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written by Docker when the pass is through: JSON with `containerimage.digest` and others. */
  readonly metadataFile?: string;
  /**
   * Written likewise: the image's id as the user's own `--iidfile` would get it. Docker writes none beside files (local,
   * tar): the metadata tell it then (`imageIdInMetadata`).
   */
  readonly idFile?: string;
  readonly subjects: readonly Subject[];
};

/** A result to be searched. */
export type Subject =
  /** In the engine, by the pass's image id: `docker image save`. */
  | { readonly kind: "engine-image" }
  /** A tar: an OCI or Docker archive of an image, or a file system (`rootfs`). On stdout, or already in a file. */
  | {
      readonly kind: "oci-archive" | "docker-archive" | "rootfs-archive";
      readonly at: "stdout" | { readonly file: string };
      /** Where it must stay for publishing, if it comes on stdout: unpacked, or as it is. */
      readonly keep?: { readonly folder: string } | { readonly file: string };
    }
  /** An OCI layout: of an image, or of a cache export (whose layers are layers like others). */
  | { readonly kind: "oci-layout" | "cache-layout"; readonly folder: string }
  /** Files as they are. */
  | { readonly kind: "files"; readonly folder: string };

export type PublishStep =
  /** `docker tag` and `docker push` of the image that was searched. */
  | { readonly kind: "tag"; readonly reference: string }
  | { readonly kind: "push"; readonly reference: string }
  /**
   * The layout to these repositories, by digest first, then under its tags (none: by digest alone). `pass` tells the digest.
   */
  | {
      readonly kind: "push-layout";
      readonly pass: number;
      readonly folder: string;
      readonly targets: readonly PushTarget[];
    }
  /** The digests that were pushed for each pass as one index, under these tags. */
  | { readonly kind: "join"; readonly targets: readonly PushTarget[] }
  /** `docker image load` of an archive, its names included. */
  | { readonly kind: "load"; readonly file: string; readonly context?: string }
  | { readonly kind: "move-file"; readonly from: string; readonly to: string }
  /** Into the folder, over what has the same names; `replace`: the rest of it goes. */
  | { readonly kind: "move-folder"; readonly from: string; readonly to: string; readonly replace: boolean }
  | { readonly kind: "stdout"; readonly from: string }
  /** An OCI layout into a folder that may be one already: blobs are added, the indexes merged (`mergeLayoutIndex`). */
  | { readonly kind: "merge-layout"; readonly from: string; readonly to: string }
  /** A cache export to a registry, from its layout; a failure is only said where `mayFail`. */
  | { readonly kind: "push-cache"; readonly folder: string; readonly reference: string; readonly mayFail: boolean }
  /** A build again, from the cache, without secrets: what it does must be compared before anything is tagged. */
  | SecondPass
  /** What Docker wrote about the build, to where the user asked for it. */
  | {
      readonly kind: "record";
      readonly from: string;
      readonly to: string;
      /** For the metadata: the names that the image has only now, normalised; `image.name` in Docker's words. */
      readonly names?: readonly string[];
    };

/** A repository and tags in it, all as the user wrote them. */
export type PushTarget = { readonly repository: string; readonly references: readonly string[] };

export type SecondPass = {
  readonly kind: "second-pass";
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly metadataFile: string;
  /** `image`: its images must have the manifests that were searched. `cache`: nothing of it can be told to be compared. */
  readonly compare: "image" | "cache";
  /** Pushed by digest: the tags to be set after the comparison. */
  readonly targets: readonly PushTarget[];
};

/** For an output: what must not be in the flags of the pass that is only searched. */
export type Held = {
  readonly output: BuildOutput;
  readonly subject: Subject;
  readonly publish: readonly PublishStep[];
};
