import type { Shows } from "./command-sign.ts";
import type { Surroundings } from "./recipe.ts";

/** Whether the step runs what would write into a file that a recipe mounts: a mount of a secret cannot be written to. */
export function doesWrite(step: Surroundings, shows: Shows): boolean {
  return step.ran !== undefined && shows(step.ran());
}

/** Whether its shell writes a file of this name: `>> ~/.netrc`, `tee -a /root/.netrc`. */
export function redirectsTo(name: string): Shows {
  const pattern = new RegExp(
    String.raw`(?:>|\btee\s+(?:-a\s+)?)\s*["']?[^\s"';&|<>]*/${name.replaceAll(".", "\\.")}(?![\w.-])`,
  );
  return ({ text }) => pattern.test(text);
}

export function writeNotices(step: Surroundings, shows: Shows, notice: string): string[] {
  return doesWrite(step, shows) ? [notice] : [];
}
