import { dirname, resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import type { PlaceOf } from "../../config/document.ts";
import { type ConfigLook, findConfig, readConfig } from "../../config/read-config.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { type NamedRecipes, readRequests } from "../grant-requests.ts";

/** What holds for a file by its configuration. One object for all files of one configuration. */
export type Rules = {
  readonly config: Config | undefined;
  readonly configPath: string | undefined;
  readonly placeOf: PlaceOf | undefined;
  readonly requests: readonly GrantRequest[];
  readonly declared: ReadonlySet<string>;
};

export type RulesAsk = ConfigLook & { readonly named: string | undefined; readonly recipes: NamedRecipes };

/**
 * The rules for the files of a folder: the configuration is looked for as in a build, and read once for all folders that
 * it holds for.
 *
 * @throws SealError CONFIG, GRANT
 */
export function createRules({ named, recipes, readText, exists, warn }: RulesAsk): (folder: string) => Promise<Rules> {
  const look = { readText: remembered(readText), exists: remembered(exists), warn };
  const ofFolder = remembered(async (folder: string) => {
    const found = await findConfig(folder, look);
    return found === undefined ? undefined : dirname(found.path);
  });
  const ofConfig = remembered(async (start: string) => {
    const found = await readConfig(start === noConfig ? { named } : { start }, look);
    const site = { config: found?.config, configPath: found?.path, placeOf: found?.placeOf };
    const requests = await readRequests(site, recipes);
    return { ...site, requests, declared: new Set(Object.keys(found?.config.secrets ?? {})) };
  });
  return async (folder) => {
    const start = named === undefined ? await ofFolder(resolve(folder)) : undefined;
    return ofConfig(start ?? noConfig);
  };
}

/** No folder: one key for all files that have none, or a named one. */
const noConfig = "";

function remembered<Value>(ask: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const answers = new Map<string, Promise<Value>>();
  return (key) => {
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = ask(key);
      answers.set(key, answer);
    }
    return answer;
  };
}
