import { SealError } from "../error.ts";

/** Instead of an id: it cannot be told which secret is mounted, so it may be every one. */
export const anySecret = "*";

/** A base image, and the ids of the secrets that its ONBUILD steps would mount in this build. */
export type Base = { readonly name: string; readonly secretIds: readonly string[] | undefined };

/**
 * Refuses a build in which something could get our secrets that no grant names: a base image's ONBUILD step, which
 * runs in this build and can mount any id of it, and a frontend that is not Docker's own, which sees every id and
 * writes the whole build.
 *
 * @throws SealError GRANT
 */
export function refuseUngrantedReach(
  ids: ReadonlySet<string>,
  bases: readonly Base[],
  frontend: { readonly image?: string | undefined; readonly isDockers: boolean },
): void {
  if (ids.size === 0) return;
  if (frontend.image !== undefined && !frontend.isDockers) {
    throw new SealError(
      "GRANT",
      `The Dockerfile asks for the frontend ${frontend.image}: it is not Docker's own, and it could mount every secret of this build`,
      "Use `# syntax=docker/dockerfile:1`, or build without grants",
    );
  }
  for (const base of bases) {
    const id = base.secretIds?.find((mounted) => ids.has(mounted) || mounted === anySecret);
    if (id === undefined) continue;
    throw new SealError(
      "GRANT",
      `The base image ${base.name} has an ONBUILD step that mounts ${id === anySecret ? "whichever secret a build argument names" : id}: no grant names it, and it would run in this build`,
      "Use a base without it, or give the secret another name if the step is meant to have it and grant it in the Dockerfile",
    );
  }
}
