import { dirname, join } from "node:path";
import { SealError } from "../error.ts";
import type { Policy } from "../grant/policy.ts";
import type { Config } from "./config.ts";
import { configName, warnOfMisnamed } from "./config-name.ts";
import { type PlaceOf, readDocument, readPlaced } from "./document.ts";

/** A configuration, and where it and its keys stand. */
export type FoundConfig = { readonly path: string; readonly config: Config; readonly placeOf: PlaceOf };

/** Gives a file's text, or nothing where there is no such file; every other failure is an error. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** What is needed to look for one. */
export type ConfigLook = {
  readonly readText: ReadText;
  readonly exists: (path: string) => Promise<boolean>;
  /** Is told of a file that was passed over. */
  readonly warn: (sentence: string) => void;
};

/**
 * The configuration that holds: the file that was named, else the first `buildseal.yaml` from `start` upwards to the
 * repository's root (the folder with `.git`), else none.
 *
 * @throws SealError CONFIG
 */
export async function readConfig(
  place: { readonly named?: string | undefined; readonly start?: string | undefined },
  look: ConfigLook,
): Promise<FoundConfig | undefined> {
  if (place.named !== undefined) {
    const text = await look.readText(place.named);
    if (text === undefined) {
      throw new SealError(
        "CONFIG",
        `${place.named}: no such file`,
        "Correct what names it: --config (in a build or run --seal-config), or BUILDSEAL_CONFIG",
      );
    }
    return parse(place.named, text);
  }
  const found = place.start === undefined ? undefined : await findConfig(place.start, look);
  return found === undefined ? undefined : parse(found.path, found.text);
}

/** The first one from a folder upwards, unread. @throws SealError CONFIG */
export async function findConfig(
  start: string,
  { readText, exists, warn }: ConfigLook,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  for (let folder: string | undefined = start; folder !== undefined; folder = await above(folder, exists)) {
    const path = join(folder, configName);
    const text = await readText(path);
    if (text !== undefined) return { path, text };
    await warnOfMisnamed(folder, exists, warn);
  }
  return undefined;
}

async function above(folder: string, exists: (path: string) => Promise<boolean>): Promise<string | undefined> {
  if (dirname(folder) === folder || (await exists(join(folder, ".git")))) return undefined;
  return dirname(folder);
}

async function parse(path: string, text: string): Promise<FoundConfig> {
  const { configSchema } = await import("./config.ts");
  const { value, placeOf } = await readPlaced(path, text, configSchema);
  return { path, config: value, placeOf };
}

/**
 * The policies from outside the checkout: the file that BUILDSEAL_POLICY names and /etc/buildseal/policy.yaml. Where
 * both are there, both hold: who can set a variable of the job must not be able to lift the machine's own policy.
 *
 * @throws SealError CONFIG, also for a file that is named and not there.
 */
export async function readPolicy(named: string | undefined, readText: ReadText): Promise<Policy> {
  const policies = [];
  for (const path of [named, "/etc/buildseal/policy.yaml"]) {
    if (path === undefined || path === "") continue;
    const text = await readText(path);
    if (text === undefined) {
      if (path !== named) continue;
      throw new SealError(
        "CONFIG",
        `${path}: no such file (named by BUILDSEAL_POLICY)`,
        "Correct or unset BUILDSEAL_POLICY",
      );
    }
    const { policySchema } = await import("../grant/policy-schema.ts");
    policies.push({ path, file: await readDocument(path, text, policySchema) });
  }
  return policies;
}
