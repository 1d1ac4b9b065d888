/** What a build is told beside its Dockerfile. */
export type BuildFacts = {
  /** `--build-arg`s that have a value. */
  readonly buildArgs?: ReadonlyMap<string, string>;
  /** The one target platform (`linux/arm64`), where it is known. */
  readonly platform?: string;
  /** `--target`. */
  readonly target?: string;
  /** The names of `--build-context`s: a stage of that name is not built, an image of that name is not pulled. */
  readonly contexts?: ReadonlySet<string>;
  /** What is known of a base image that is no stage; without it nothing is. */
  readonly baseImage?: (reference: string, platform: string | undefined) => BaseImage | undefined;
};

/** What a stage takes from its base image's config. */
export type BaseImage = {
  /** `User`; empty: root. */
  readonly user: string;
  /** `WorkingDir`; empty: `/`. */
  readonly workingDirectory: string;
  /** `Env`, each `NAME=value`. */
  readonly env: readonly string[];
};
