import { SealError } from "../error.ts";
import { plainPath } from "../recipe/placement.ts";

/** How a secret reaches a step that was granted by name. */
export type Delivery = {
  readonly file?: string | undefined;
  readonly target?: string | undefined;
  readonly env?: string | undefined;
};

export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Holds a delivery from a comment against what buildseal.yaml's schema takes.
 *
 * @throws SealError GRANT
 */
export function checkDelivery({ file, target, env }: Delivery, where: string): void {
  for (const [key, name] of [
    ["file", file],
    ["env", env],
  ] as const) {
    if (name === undefined || variableName.test(name)) continue;
    throw new SealError(
      "GRANT",
      `${where}: \`${key}=${name}\` names no variable`,
      "Use letters, digits and `_`, with no digit first",
    );
  }
  if (target === undefined || plainPath.test(target)) return;
  throw new SealError(
    "GRANT",
    `${where}: \`target=${target}\` is not an absolute path of plain characters`,
    "Begin it with `/`, and use letters, digits and `. _ / + -`",
  );
}
