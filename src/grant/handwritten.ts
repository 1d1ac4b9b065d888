import type { Mount } from "../dockerfile/mount.ts";
import type { Content } from "../recipe/recipe.ts";

type Known = { readonly declared: ReadonlySet<string>; readonly userIds: ReadonlySet<string> };

/** The variable with a file's path that `as: { file }` makes, where both were written by hand or by `rewrite`. */
export function pathOfFile(
  { id = "", env }: Mount,
  mounts: readonly Mount[],
  declared: ReadonlySet<string>,
): Content | undefined {
  if (env === undefined || !id.endsWith("-path") || !declared.has(id.slice(0, -"-path".length))) return undefined;
  const file = mounts.find((other) => other.type === "secret" && `${other.id}-path` === id && other.env === undefined);
  const target = file?.target;
  return target === undefined ? undefined : { kind: "text", render: () => target };
}

/** A mount's id names a declared secret, or one field of it (`<secret>-<field>`), unless the user gives that id. */
export function declaredSecret(id: string, { declared, userIds }: Known): Content | undefined {
  if (declared.has(id)) return { kind: "secret", secret: id };
  if (userIds.has(id)) return;
  const [secret] = [...declared].filter((name) => id.startsWith(`${name}-`)).sort((a, b) => b.length - a.length);
  return secret === undefined ? undefined : { kind: "secret", secret, field: id.slice(secret.length + 1) };
}
