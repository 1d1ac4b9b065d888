import { createHash } from "node:crypto";
import type { Config } from "../../config/config.ts";
import { readText } from "../../system/text-file.ts";
import type { GateSettings } from "./gate-settings.ts";
import { judge, openLists } from "./lists.ts";
import { readRules } from "./rules.ts";
import { settingsOf } from "./settings.ts";

/**
 * Reads what the configuration names at once: a build is not to end with a file that is not there.
 *
 * @throws SealError CONFIG
 */
export async function readGateSettings(
  scan: Config["scan"],
  configPath: string | undefined,
  now: () => number,
): Promise<GateSettings> {
  const wishes = { failOn: undefined, only: [], ruleFiles: [], skipPaths: [], baseline: undefined, ignore: undefined };
  const settings = settingsOf(wishes, scan ?? {}, configPath ?? "");
  const { only, skipPaths, ruleFiles } = settings;
  const { content, place, ids, ran, leftOut } = await readRules(settings);
  const lists = await openLists(settings, ids);
  const isUsual = only.rules.length === 0 && skipPaths.length === 0 && ruleFiles.length === 0;
  const named = JSON.stringify([[...ran], skipPaths, await Promise.all(ruleFiles.map(readText))]);
  return {
    options: { rules: { content, place }, skipPaths },
    tag: isUsual ? "" : `+${createHash("sha256").update(named).digest("hex").slice(0, 16)}`,
    judge: (found) => {
      // what lies in layers that were searched before is not seen, so no entry can be told to be of no use
      const judged = judge(found.findings, { lists, ran, isWhole: false, skipPaths, now: now() });
      return {
        ...found,
        findings: judged.findings,
        leftOut: [...leftOut, ...(found.leftOut ?? []), ...judged.leftOut],
      };
    },
  };
}
