import { dirname, join } from "node:path";

/** The built program, which is measured as users start it: by its own first lines. */
export const program = join(import.meta.dirname, "../dist/main.js");

/** An environment in which those lines find this Node. */
export function withNode(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...environment, PATH: `${dirname(process.execPath)}:${environment["PATH"] ?? ""}` };
}
