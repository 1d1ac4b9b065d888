/** Bundles the program once for the tests that run it: a run of its own sources would read TypeScript each time. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    readonly program: string;
  }
}

export default function bundle({ provide }: TestProject): () => void {
  const root = join(import.meta.dirname, "../..");
  // node_modules must be above it
  const folder = join(root, "coverage", `program-${process.pid}`);
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/bundle.ts"), folder], { cwd: root });
  if (status !== 0) throw new Error(stderr.toString());
  provide("program", join(folder, "main.js"));
  return () => rmSync(folder, { recursive: true, force: true });
}
