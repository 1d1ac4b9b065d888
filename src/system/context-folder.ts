import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Makes a build context that holds nothing but a Dockerfile. Gives its path. */
export async function makeContext(parent: string, dockerfile: string): Promise<string> {
  const folder = await mkdtemp(join(parent, "context-"));
  await writeFile(join(folder, "Dockerfile"), dockerfile, { mode: 0o600 });
  return folder;
}
