import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createStateFolder } from "./service/state-folder.ts";

export interface MemoryFolder {
  readonly path: string;
  remove(): void;
}

function asRoot(...argv: readonly string[]): void {
  const [program = "", ...args] = process.getuid?.() === 0 ? argv : ["sudo", "-n", ...argv];
  execFileSync(program, args);
}

/** A folder in memory of this test's own, as XDG_RUNTIME_DIR is one of a user's: all that is in it is of one run. */
export function createMemoryFolder(): MemoryFolder {
  const path = mkdtempSync("/dev/shm/seal-test-");
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once("exit", remove);
  return { path, remove };
}

/** A file system in memory of so many kilobytes. It needs root. */
export function mountMemory(kilobytes: number): MemoryFolder {
  const state = createStateFolder("mount");
  const path = join(state.path, "memory");
  mkdirSync(path);
  asRoot("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k,mode=0700,uid=${process.getuid?.() ?? 0}`, "tmpfs", path);
  const remove = (): void => {
    process.off("exit", remove);
    asRoot("umount", "--lazy", path);
    state.remove();
  };
  process.prependOnceListener("exit", remove);
  return { path, remove };
}
