import { runDocker } from "./docker.ts";
import { openEngine } from "./open-engine.ts";
import { type Builder, startContainerBuilder, startRemoteBuilder } from "./service/builder.ts";
import { startBuildkitd } from "./service/buildkitd.ts";
import type { Engine } from "./service/engine.ts";
import type { Registry } from "./service/registry.ts";

/** Where a build can run. The last one's buildx cannot push a layout: it publishes by a second pass. */
export const placeNames = [
  "the docker driver",
  "the containerd image store",
  "the docker-container driver",
  "the remote driver",
  "the remote driver and buildx 0.29",
] as const;
export type PlaceName = (typeof placeNames)[number];

export interface Place {
  readonly name: PlaceName;
  readonly engine: Engine;
  /** What a Dockerfile names after FROM for busybox. */
  readonly base: string;
  /** Flags that choose the builder. */
  readonly flags: readonly string[];
  /** Flags that put a tagged image into the engine, where its tag alone does not. */
  readonly loads: readonly string[];
  /** What a builder of its own, a process of this test, has said so far. */
  readonly log: () => string;
  stop(): Promise<void>;
}

/** Opens a place whose builder trusts the registry, which has the base image. */
export async function openPlace(name: PlaceName, registry: Registry): Promise<Place> {
  const open: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const service of open.reverse()) await service.stop();
  };
  const opened = <Service extends { stop(): Promise<void> }>(service: Service): Service => {
    open.push(service);
    return service;
  };
  try {
    const ownsBuilder = name === "the docker-container driver" || name.startsWith("the remote driver");
    const engine = opened(
      await openEngine(name === "the containerd image store" ? "containerd" : "new", {
        buildx: ownsBuilder && !name.endsWith("0.29") ? "newest" : "own",
      }),
    );
    const local = "buildseal/busybox";
    const base = await pushBase(engine, registry, local);
    if (!ownsBuilder) return { name, engine, base: local, flags: [], loads: [], log: () => "", stop };
    const registries = [registry.address];
    const daemon = name === "the docker-container driver" ? undefined : opened(await startBuildkitd({ registries }));
    const builder: Builder = opened(
      daemon === undefined
        ? await startContainerBuilder(engine, { registries })
        : await startRemoteBuilder(engine, daemon),
    );
    const log = daemon?.log ?? (() => "");
    return { name, engine, base, flags: ["--builder", builder.name], loads: ["--load"], log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Puts a local image into the registry, where builders with a store of their own find it. */
export async function pushBase(engine: Engine, registry: Registry, local: string, name = "busybox"): Promise<string> {
  const reference = `${registry.address}/base/${name}:1`;
  await engine.docker("tag", local, reference);
  await engine.docker("push", "--quiet", reference);
  await runDocker(["image", "rm", reference], engine);
  return reference;
}
