import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../scripts/parts/", import.meta.url));

/** A part's script, to be run by something else than {@link part}. */
export const partScript = (name: string): string => `${folder}${name}`;

/**
 * Makes sure that a part of `scripts/parts` is there, and gives what its script prints (a path, mostly).
 * The first time takes from a second to minutes; what the script says goes to stderr.
 */
export function part(
  name: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(partScript(name), args, { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`scripts/parts/${name} ${args.join(" ")}: ${stderr.trim() || error.message}`));
      else resolve(stdout.trim());
    });
    child.stderr?.pipe(process.stderr, { end: false });
  });
}
