import type { Config } from "../../config/config.ts";
import type { Policy } from "../../grant/policy.ts";
import { type Check, noted, odd } from "../check.ts";
import type { PlaceOf } from "./judge.ts";

/**
 * A secret's name is the checkout's own: what stands behind it can be anything that the checkout's sources reach. Where a
 * policy goes by a name alone that this checkout declares, that is told.
 */
export function pinChecks({ secrets = {} }: Config, placeOf: PlaceOf, policy: Policy): Check[] {
  return Object.keys(secrets).flatMap((name) => {
    const naming = policy.flatMap(({ path, file }) => {
      const entries = (file.grants ?? []).filter(({ secret }) => secret === name);
      return entries.length === 0 ? [] : [{ path, isPinned: entries.every(({ source }) => source !== undefined) }];
    });
    // all policies hold: one that pins it is enough
    if (naming.length === 0 || naming.some(({ isPinned }) => isPinned)) return [];
    const says = `secret ${name}: ${naming[0]!.path} allows it by its name alone, and this file says what that name is`;
    const remedy = "Let the entry of the policy's `grants` say where it comes from: `source: { from: …, … }`";
    return [{ ...odd(`grant.unpinned.${name}`, says, remedy), where: placeOf(["secrets", name]) }];
  });
}

/** The entries of policies that say where a secret has to come from. */
export function pinnedChecks(policy: Policy): Check[] {
  return policy.flatMap(({ path, file }, which) =>
    (file.grants ?? []).flatMap(({ secret, with: recipe, source }, at) => {
      if (source === undefined) return [];
      const what = [secret && `secret ${secret}`, recipe && `recipe ${recipe}`].filter(Boolean).join(", ");
      const from = Object.entries(source).map(([key, value]) => `${key}: ${shown(value)}`);
      const says = `${path}, grants[${at}]: ${what || "any secret"} only from { ${from.join(", ")} }`;
      return [noted(`grant.pinned.${which}.${at}`, says)];
    }),
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
