import type { BuilderFacts } from "../../buildx/builder.ts";
import type { Version } from "../../buildx/version.ts";
import type { RunCommand } from "../../identity/host.ts";
import type { DockerProcess } from "../../system/docker-process.ts";

/** Docker as the passes and what follows them use it. */
export type Tools = {
  /** The words before buildx's own: the plugin itself, or `docker buildx`. */
  readonly buildx: readonly string[];
  /** Undefined where there is only buildx. */
  readonly docker: string | undefined;
  readonly buildxVersion: Version | undefined;
  /** `--builder`, else BUILDX_BUILDER. */
  readonly builder: string | undefined;
  /** Where the builder's images are, once that is known. */
  readonly store: BuilderFacts["store"] | undefined;
  /** What Docker inherits. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one short command of Docker's and gives what it said. */
  readonly run: RunCommand;
  /** Starts a long one. */
  readonly start: (ask: StartAsk) => DockerProcess;
};

export type StartAsk = {
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: AsyncIterable<Uint8Array> | "ours" | undefined;
  readonly stdout: "ours" | "pipe";
  readonly stderr?: "ours" | "pipe";
};
