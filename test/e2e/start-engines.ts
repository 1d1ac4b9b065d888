import { part } from "./service/part.ts";

const kinds = ["new", "containerd", "old"] as const;

/** Starts the private engines once for all end-to-end tests, and stops those in the end that did not run before. */
export default async function startEngines(): Promise<() => Promise<void>> {
  const started: string[] = [];
  const stop = async (): Promise<void> => {
    for (const kind of started) await part("engine", ["stop", kind]);
  };
  try {
    for (const kind of kinds) {
      const runs = await part("engine", ["status", kind]).then(
        () => true,
        () => false,
      );
      if (!runs) started.push(kind);
      await part("engine", ["start", kind]);
    }
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
