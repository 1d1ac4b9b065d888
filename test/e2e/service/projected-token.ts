import { mkdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createStateFolder } from "./state-folder.ts";

export interface ProjectedToken extends AsyncDisposable {
  readonly folder: string;
  /** The path that AWS_WEB_IDENTITY_TOKEN_FILE would name. */
  readonly file: string;
  /** Swaps in a new value as the kubelet does: readers see the old or the new one, whole. */
  rotate(value: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A projected service account token volume, as the kubelet's atomic writer lays it out:
 * `..2026_01_02_03_04_05.678/token`, `..data` → that folder, `token` → `..data/token`.
 * @see kubernetes/pkg/volume/util/atomic_writer.go
 */
export async function startProjectedToken(value: string): Promise<ProjectedToken> {
  const state = createStateFolder("token");
  const folder = join(state.path, "serviceaccount");
  const data = join(folder, "..data");
  let writes = 0;

  const rotate = async (next: string): Promise<void> => {
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-T:]/g, "_");
    const version = `..${stamp}.${String(writes++).padStart(9, "0")}`;
    const previous = await readlink(data).catch(() => undefined);
    await mkdir(join(folder, version), { recursive: true, mode: 0o755 });
    await writeFile(join(folder, version, "token"), next, { mode: 0o600 });
    await symlink(version, `${data}_tmp`);
    await rename(`${data}_tmp`, data);
    if (previous === undefined) await symlink(join("..data", "token"), join(folder, "token"));
    else await rm(join(folder, previous), { recursive: true });
  };
  await rotate(value);

  const stop = async (): Promise<void> => state.remove();
  return { folder, file: join(folder, "token"), rotate, stop, [Symbol.asyncDispose]: stop };
}
