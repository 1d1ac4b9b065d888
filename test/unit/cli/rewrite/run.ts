import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";

export const node = join(import.meta.dirname, "../../../../node_modules/.bin/node");

/** A folder for one test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "rewrite-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `buildseal rewrite` as a user does. */
export function rewrite(
  folder: string,
  words: readonly string[],
  more: {
    readonly input?: string | Buffer;
    readonly env?: Readonly<Record<string, string>>;
    /** Root may write what is read-only, unless it is without that right. */
    readonly withoutOverride?: boolean;
  } = {},
) {
  const isRoot = more.withoutOverride === true && process.getuid?.() === 0;
  const before = isRoot ? ["setpriv", "--bounding-set", "-dac_override"] : [];
  const [program, ...rest] = [...before, node, inject("program"), "rewrite", ...words];
  const { status, stdout, stderr } = spawnSync(program!, rest, {
    cwd: folder,
    input: more.input ?? "",
    env: { PATH: process.env["PATH"], HOME: folder, NODE_DISABLE_COMPILE_CACHE: "1", ...more.env },
  });
  return { status, stdout: stdout.toString("latin1"), stderr: stderr.toString() };
}
