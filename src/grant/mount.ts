import type { Mount } from "../dockerfile/mount.ts";
import type { Step } from "../dockerfile/step.ts";
import { SealError } from "../error.ts";
import type { RecipeMount } from "../recipe/recipe.ts";

/** Who reads a mount in the step: his number, `named` where only the image knows it, `unknown` where the base may say. */
export type Reader = number | "named" | "unknown";

/**
 * The text of a mount, to be inserted right after RUN; nothing where the step already has this very mount.
 *
 * `type` stands first (BuildKit refuses it elsewhere beside a bare key), `required` is always there (an absent secret
 * is silently not mounted otherwise), and a user who is not root gets a mount that he can read: by `uid=` where his
 * number is known, else by `mode=`, for BuildKit takes no user names there.
 *
 * @throws SealError GRANT where the step mounts something else under the id, at the path or as the variable.
 */
export function placeMount(mount: RecipeMount, step: Step, reader: Reader): string | undefined {
  const others = step.mounts.map((there) => {
    const target = targetOf(there);
    const sameId = there.type === "secret" && there.id === mount.id;
    const samePlace =
      mount.kind === "file"
        ? target !== undefined && cleanPath(target) === cleanPath(mount.target)
        : there.type === "secret" && there.env === mount.variable;
    return { there, target, sameId, samePlace };
  });
  if (others.some(({ sameId, samePlace }) => sameId && samePlace)) return undefined;
  const clash = others.find(({ sameId, samePlace }) => sameId || samePlace);
  if (clash !== undefined) {
    const { there, target } = clash;
    throw new SealError(
      "GRANT",
      `${step.label} (line ${step.line}) mounts ${there.id ?? there.type} at ${target ?? there.env ?? "another place"}, and ${mount.id} is to come to ${mount.kind === "file" ? mount.target : mount.variable}`,
      "Take the mount out of the Dockerfile, or the grant out of the configuration",
    );
  }
  if (mount.kind === "variable") return `--mount=type=secret,id=${mount.id},env=${mount.variable},required=true`;
  return `--mount=type=secret,id=${mount.id},target=${mount.target},required=true${readable(reader)}`;
}

/** An empty folder in memory over a place, gone with the step; nothing where the step mounts something there by itself. */
export function placeCover(place: string, mounts: readonly Mount[]): string | undefined {
  const isThere = mounts.some(({ target }) => target !== undefined && cleanPath(target) === cleanPath(place));
  return isThere ? undefined : `--mount=type=tmpfs,target=${place}`;
}

/** `/a//b/` and `/a/b` are one place. */
export function cleanPath(path: string): string {
  return path.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
}

function readable(user: Reader): string {
  if (user === 0) return "";
  return typeof user === "number" ? `,uid=${user}` : ",mode=0444";
}

/** Where a mount lies: a secret's by BuildKit's default, too. One with `env=` and no target makes no file. */
export function targetOf({ type, target, id, env }: Mount): string | undefined {
  if (target !== undefined || type !== "secret") return target;
  return env === undefined && id !== undefined ? `/run/secrets/${id}` : undefined;
}
