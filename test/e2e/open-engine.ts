import { runDocker } from "./docker.ts";
import { isOwnName } from "./project.ts";
import { type Engine, type EngineKind, type EngineOptions, startEngine } from "./service/engine.ts";

/** An engine with the small base image. When it is stopped, the names that this test file gave to images are taken away. */
export async function openEngine(kind: EngineKind, options: EngineOptions = {}): Promise<Engine> {
  const engine = await startEngine(kind, options);
  await engine.loadImage("busybox");
  const stop = async (): Promise<void> => {
    const names = (await engine.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")).split("\n");
    const own = names.filter((name) => isOwnName(name) && !name.includes("<none>"));
    if (own.length > 0) await runDocker(["image", "rm", ...own], engine);
    await engine.stop();
  };
  return { ...engine, stop, [Symbol.asyncDispose]: stop };
}
