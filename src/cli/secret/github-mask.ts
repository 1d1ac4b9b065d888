import { Secret } from "../../secret/secret.ts";
import { weaknessOf } from "../../secret/weak.ts";
import { type Minted, secretsOf } from "../../source/source.ts";
import { isFile } from "../../system/output.ts";
import type { Machine } from "../machine.ts";
import { isOff } from "../switch.ts";

export type RunnerMaskPorts = {
  /** Writes to stderr, past every mask: stdout may be captured, and the runner reads both. */
  readonly write: (text: string) => void;
  /** Whether stderr is a file. */
  readonly isFile: () => boolean;
};

const stderr: RunnerMaskPorts = {
  write: (text) => process.stderr.write(text),
  isFile: () => isFile(process.stderr.fd),
};

/**
 * What tells GitHub's runner of a new value: it then hides it in everything that the job prints later too. To a file nothing
 * is written: no runner reads it there, and whoever may read the file would read the value.
 */
export function createRunnerMask(
  { environment, say }: Pick<Machine, "environment" | "say">,
  { write, isFile: isInFile }: RunnerMaskPorts = stderr,
): (minted: Minted) => void {
  if (environment["GITHUB_ACTIONS"] !== "true" || isOff(environment["BUILDSEAL_ADD_MASK"])) return () => {};
  let isSaid = false;
  return (minted) => {
    if (isInFile()) {
      if (!isSaid) say("GitHub's runner is not told which values to hide (::add-mask::): stderr goes to a file");
      isSaid = true;
      return;
    }
    // not what they were made with: a line of it in a log that nobody hides would be the worst of all
    for (const secret of secretsOf({ ...minted, keys: [] })) {
      if (weaknessOf(secret) !== undefined) continue;
      for (const line of secret.exposeText().split(/\r?\n/)) {
        // a word of every log would be starred in all of the job's
        if (weaknessOf(new Secret(secret.name, line)) === undefined)
          write(`::add-mask::${line.replaceAll("%", "%25")}\n`);
      }
    }
  };
}
