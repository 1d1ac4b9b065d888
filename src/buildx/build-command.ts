import type { CacheEntry } from "./cache-flag.ts";
import type { BuildOutput } from "./output-flag.ts";
import type { OwnFlags } from "./own-flag.ts";
import type { BuildSecret } from "./secret-flag.ts";

/** One flag's setting as Docker will see it. A flag that we do not know has `known: false` and is passed on unread. */
export type Setting = { readonly name: string; readonly value: string; readonly known: boolean };

/** Words of the command line that belong together, in the user's own spelling. */
export type Piece =
  /** `--tag x`, `--tag=x`, `-tx`, `-qD`: words that set something, several things in a group of letters. */
  | { readonly kind: "flags"; readonly words: readonly string[]; readonly settings: readonly Setting[] }
  | { readonly kind: "end"; readonly words: readonly ["--"] }
  | { readonly kind: "argument"; readonly words: readonly [string] };

/** `docker buildx build` as asked for, what we read of it, and the way back to argv (`printBuildCommand`). */
export type BuildCommand = {
  /** Everything but our own flags, in order and spelling. */
  readonly pieces: readonly Piece[];
  readonly own: OwnFlags;
  /** Docker will refuse the command, and why: hand it over as it is, for Docker's own words and status. */
  readonly refused?: string;
  /** Flags of a newer Docker, passed on unread. */
  readonly unknown: readonly string[];

  /** PATH, URL or `-`; empty only where `help` or `refused` is set. */
  readonly context: string;
  readonly file?: string;
  readonly target?: string;
  readonly tags: readonly string[];
  readonly secrets: readonly BuildSecret[];
  readonly ssh: readonly string[];
  /** In order; without a value (undefined) Docker takes the variable of that name from its environment. */
  readonly buildArgs: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly buildContexts: readonly { readonly name: string; readonly value: string }[];
  /** Of `--platform` alone; DOCKER_DEFAULT_PLATFORM is Docker's default. */
  readonly platforms: readonly string[];
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
  readonly network?: string;
  readonly addHosts: readonly string[];
  readonly allow: readonly string[];

  /** Of `--output` alone, in order; see `effectiveOutputs`. */
  readonly outputs: readonly BuildOutput[];
  readonly load: boolean;
  readonly push: boolean;
  readonly cacheFrom: readonly CacheEntry[];
  readonly cacheTo: readonly CacheEntry[];
  readonly noCache: boolean;
  readonly noCacheFilter: readonly string[];
  readonly pull: boolean;
  readonly provenance?: string;
  readonly sbom?: string;
  readonly attest: readonly string[];

  readonly metadataFile?: string;
  readonly iidfile?: string;
  /** Also `--progress=quiet`. */
  readonly quiet: boolean;
  readonly progress?: string;
  readonly debug: boolean;
  /** Of `--builder` alone; BUILDX_BUILDER is Docker's default. */
  readonly builder?: string;
  /** What is asked instead of a build (`check`, `outline`, `targets`, …); `build` where a build is. */
  readonly call: string;
  readonly policies: readonly string[];
  readonly help: boolean;
};
