import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DockerfileSource } from "../../buildx/dockerfile-source.ts";
import type { OpenStore } from "../../system/secret-store.ts";

/**
 * Writes a rewritten Dockerfile under its own base name into the private folder, and beside it what BuildKit looks for
 * there: the `.dockerignore` and the policy that bear its name.
 *
 * @returns its path
 */
export async function writeDockerfile(source: DockerfileSource, text: Uint8Array, store: OpenStore): Promise<string> {
  const folder = join(store.workFolder, "dockerfile");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, source.fileName);
  const options = { mode: 0o600, flag: "wx" } as const;
  await writeFile(path, text, options);
  if (source.ignoreFile !== undefined) await writeFile(`${path}.dockerignore`, source.ignoreFile, options);
  if (source.regoFile !== undefined) await writeFile(`${path}.rego`, source.regoFile, options);
  return path;
}
