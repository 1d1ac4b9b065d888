import { dirname, resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import type { PlaceOf } from "../../config/document.ts";
import { type ReadText, readConfig } from "../../config/read-config.ts";
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

export type RulesAsk = {
  readonly named: string | undefined;
  readonly recipes: NamedRecipes;
  readonly readText: ReadText;
  readonly exists: (path: string) => Promise<boolean>;
};

/**
 * The rules for the files of a folder: the configuration is looked for as in a build, and read once for all folders that
 * it holds for.
 *
 * @throws SealError CONFIG, GRANT
 */
export function createRules({ named, recipes, readText, exists }: RulesAsk): (folder: string) => Promise<Rules> {
  const texts = remembered(readText);
  const there = remembered(exists);
  const ofFolder = remembered(async (folder: string) => configFolder(folder, texts, there));
  const ofConfig = remembered(async (start: string) => {
    const found = await readConfig(start === noConfig ? { named } : { start }, texts, there);
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

/** The folder whose configuration holds; undefined: there is none. */
async function configFolder(
  folder: string,
  readText: ReadText,
  exists: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    if ((await readText(`${at}/buildseal.yaml`)) !== undefined) return at;
    if (dirname(at) === at || (await exists(`${at}/.git`))) return undefined;
  }
}

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
