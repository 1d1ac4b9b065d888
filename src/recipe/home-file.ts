import { homeUnknown, inFolder, text } from "./placement.ts";
import type { Content, NeedsEnvMounts, RecipeMount, Surroundings } from "./recipe.ts";

/** A file that a consumer reads below the home folder, and how it is told of one elsewhere. */
export type HomeFile = {
  readonly id: string;
  readonly content: Content;
  /** Below the home folder: `.npmrc`, or a path that `configFolder` gave. */
  readonly path: string;
  /** The home folder by the options. */
  readonly home: string | undefined;
  /** Where the step's own variable says that the file is. */
  readonly named?: string | undefined;
  /** Where the file lies, and what the variable then says, when it cannot lie below the home folder. */
  readonly elsewhere: { readonly variable: string; readonly target: string; readonly value: string };
};

export type Laid = { readonly form: string; readonly why: string; readonly mounts: readonly RecipeMount[] };

/** The file at the place where its consumer looks for it by itself, else with a variable that names its place. */
export function layFile(step: Surroundings, wanted: HomeFile): Laid | NeedsEnvMounts {
  const { id, content, elsewhere } = wanted;
  const laid = (target: string, why: string): Laid => ({
    form: "files",
    why,
    mounts: [{ kind: "file", id, content, target }],
  });
  if (wanted.named !== undefined && !step.container) return laid(wanted.named, `${elsewhere.variable} names its place`);
  const place = placeInHome(step, wanted.home, wanted.path);
  if (place !== undefined) return laid(place, "it is read there without any variable");
  const reason = homeUnknown(step);
  if (!step.envMounts) return { needs: "env-mounts", why: reason };
  return {
    form: "files",
    why: `its path as a variable, for ${reason}`,
    mounts: [
      { kind: "file", id, content, target: elsewhere.target },
      text(`${id}-path`, elsewhere.variable, () => elsewhere.value),
    ],
  };
}

/**
 * Where a path below the home folder is; undefined where no mount may lie there. A folder that is missing on the way
 * would be made as root's: so it is root's home, or one that the user names and the file right in it.
 */
export function placeInHome(step: Surroundings, home: string | undefined, path: string): string | undefined {
  if (step.container) return undefined;
  if (step.user === "root") {
    const known = home ?? step.home;
    return known === undefined ? undefined : inFolder(known, path);
  }
  return home !== undefined && !path.includes("/") ? inFolder(home, path) : undefined;
}

/** Below the home folder, or where XDG_CONFIG_HOME of the step says (an empty or relative one does not count). */
export function configPath(step: Surroundings, path: string): { readonly path: string; readonly home?: string } {
  const base = step.variable("XDG_CONFIG_HOME");
  return base?.startsWith("/") ? { home: base, path } : { path: `.config/${path}` };
}

/** The variable's value in the step where it is an absolute path. */
export function namedBy(step: Surroundings, variable: string): string | undefined {
  const value = step.variable(variable);
  return value?.startsWith("/") ? value : undefined;
}
