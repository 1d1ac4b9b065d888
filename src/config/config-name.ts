import { basename, join } from "node:path";

export const configName = "buildseal.yaml";

/** What somebody calls it who goes by other tools. To read these too would have a policy's keeper look at four names. */
const misnamed = ["buildseal.yml", ".buildseal.yaml", ".buildseal.yml"];

/** Whether it is most likely meant as a configuration, and is none. */
export function isMisnamed(path: string): boolean {
  return misnamed.includes(basename(path));
}

/** For a folder without a configuration: what may have been meant as one. */
export async function warnOfMisnamed(
  folder: string,
  exists: (path: string) => Promise<boolean>,
  warn: (sentence: string) => void,
): Promise<void> {
  for (const name of misnamed) {
    const path = join(folder, name);
    if (await exists(path)) warn(`${path} is not read: call it ${configName}`);
  }
}
