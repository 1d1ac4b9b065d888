import type { Surroundings } from "./recipe.ts";

/**
 * A JVM takes `user.home` from the system's list of users and asks HOME only where that has none (JDK,
 * java_props_md.c): for root that is `/root`, whatever HOME says.
 */
export function javaHome(given: string | undefined, step: Surroundings): string | undefined {
  return given ?? (step.user === "root" ? "/root" : undefined);
}
