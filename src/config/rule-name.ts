import type { Config } from "./config.ts";
import { readDocument } from "./document.ts";

/**
 * Refuses a configuration that sets a rule which there is not, as every other unknown key: with its place and the nearest
 * one. The rules are known to `lint` alone, so the schema of the whole file does not know them.
 *
 * @param readText reads the file again, only where something is wrong
 * @throws SealError CONFIG
 */
export async function checkRuleNames(
  found: { readonly path: string; readonly config: Config },
  ids: ReadonlySet<string>,
  readText: (path: string) => Promise<string | undefined>,
): Promise<void> {
  const names = Object.keys(found.config.lint?.rules ?? {});
  if (names.every((name) => ids.has(name))) return;
  const [{ z }, { configSchema }] = await Promise.all([import("zod"), import("./config.ts")]);
  const rules = z.strictObject(Object.fromEntries([...ids].map((id) => [id, z.string().optional()])));
  const strict = configSchema.extend({ lint: z.looseObject({ rules }) });
  await readDocument(found.path, (await readText(found.path)) ?? "", strict);
}
