import { readFileSync } from "node:fs";
import { SealError } from "../error.ts";

/**
 * Node takes `--env-file` in all words up to a `--`, those behind the program too: it sets what NODE_OPTIONS is in that file,
 * which may be code that runs in this process, and ends where the file is not there (`node_dotenv.cc`). Our own first line
 * ends Node's options; who starts us by `node main.js` does not.
 *
 * @throws NODE where Node has taken one, and it was not started by us
 */
export function refuseEnvFileOfNode(words: readonly string[]): void {
  if (!words.some(isEnvFile)) return;
  const all = commandLine();
  const end = all.indexOf("--");
  const at = all.findIndex(isEnvFile);
  if (at === -1 || (end !== -1 && end < at)) return;
  throw new SealError(
    "NODE",
    "Node took --env-file for an option of its own, and NODE_OPTIONS from that file",
    "Start buildseal by its own name, or as `node -- …/main.js`",
  );
}

function isEnvFile(word: string): boolean {
  return /^--env-file(?:-if-exists)?(?:=|$)/.test(word);
}

/** Empty where there is no /proc. */
function commandLine(): readonly string[] {
  try {
    return readFileSync("/proc/self/cmdline", "utf8").split("\0");
  } catch {
    return [];
  }
}
