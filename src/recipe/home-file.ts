import { inFolder, text } from "./placement.ts";
import type { Content, NeedsEnvMounts, RecipeMount, Surroundings } from "./recipe.ts";

/**
 * Why a file cannot lie at its consumer's own place in this step: one clause. `unseen`: what a variable says is not known;
 * `kept`: a mount of the step's own is in the way.
 */
export type Unfit = { readonly unfit: string; readonly cause?: "unseen" | "kept" };

/** Where a consumer looks for a file by itself. */
export type OwnPlace = {
  /** Below the home folder: `.npmrc`, or a path that `configPath` gave. */
  readonly path: string;
  /** The home folder by the options. */
  readonly home: string | undefined;
  /** Where the step's own variable says that the file is: see `namedBy`. */
  readonly named?: string | Unfit | undefined;
  /** What else is against it. */
  readonly unfit?: string | undefined;
};

/** A file that a consumer reads below the home folder, and how it is told of one elsewhere. */
export type HomeFile = OwnPlace & {
  readonly id: string;
  readonly content: Content;
  /** Where the file lies, and what the variable then says, when it cannot lie at its own place. */
  readonly elsewhere: { readonly variable: string; readonly target: string; readonly value: string };
};

export type Laid = { readonly form: string; readonly why: string; readonly mounts: readonly RecipeMount[] };

/** The file at the place where its consumer looks for it by itself, else with a variable that names its place. */
export function layFile(step: Surroundings, wanted: HomeFile): Laid | NeedsEnvMounts {
  const { id, content, elsewhere, home } = wanted;
  const named = home === undefined ? wanted.named : unlessUnseen(wanted.named);
  const place = placeOf(step, { ...wanted, named });
  if ("at" in place) {
    const why =
      named === undefined ? "it is read there without any variable" : "a variable of the step names its place";
    return { form: "files", why, mounts: [{ kind: "file", id, content, target: place.at }] };
  }
  if (!step.envMounts) return { needs: "env-mounts", why: place.unfit };
  return {
    form: "files",
    why: `its path as a variable, for ${place.unfit}`,
    mounts: [
      { kind: "file", id, content, target: elsewhere.target },
      text(`${id}-path`, elsewhere.variable, () => elsewhere.value),
    ],
  };
}

/** The consumer's own place, or why no mount may lie there. */
export function placeOf(step: Surroundings, wanted: OwnPlace): { readonly at: string } | Unfit {
  if (step.container) return { unfit: homeUnknown(step) };
  if (wanted.unfit !== undefined) return { unfit: wanted.unfit };
  const { named } = wanted;
  if (named !== undefined && step.user !== "root") return { unfit: homeUnknown(step) };
  if (typeof named === "object") return named;
  const at = named ?? belowHome(step, wanted);
  if (at === undefined) return { unfit: homeUnknown(step) };
  const folder = step.keptUnder?.(at);
  return folder === undefined
    ? { at }
    : { unfit: `the step's mount at ${folder} would keep an empty file in its place`, cause: "kept" };
}

/** The same where it does not matter why there is none. */
export function placeInHome(step: Surroundings, home: string | undefined, path: string): string | undefined {
  const place = placeOf(step, { home, path });
  return "at" in place ? place.at : undefined;
}

/** A folder that is missing on the way would be made as root's: so it is root's home, or a named one and the file right in it. */
function belowHome(
  { user, home: known }: Surroundings,
  { home = user === "root" ? known : undefined, path }: OwnPlace,
): string | undefined {
  return home === undefined || (user !== "root" && path.includes("/")) ? undefined : inFolder(home, path);
}

/** Why files at places under the home folder cannot be: one clause. */
function homeUnknown({ user, container }: Surroundings): string {
  if (container === true) return "in a container files lie under /run/secrets alone";
  if (user === "unknown") return "it is not known who the step's user is";
  return user === "root"
    ? "the home folder of the step's user is not known (set `options: { home: … }`)"
    : "the step's user is not root, and a mount would make the missing parents of its files root's";
}

/** Below the home folder, or where XDG_CONFIG_HOME of the step says (an empty or relative one does not count). */
export function configPath(step: Surroundings, path: string): { readonly path: string; readonly home?: string } {
  const base = step.variable("XDG_CONFIG_HOME");
  return base?.startsWith("/") ? { home: base, path } : { path: `.config/${path}` };
}

/**
 * Where a variable of the step says that a file is, or the folder that `file` lies in; undefined: it is not set. Whether the
 * image sets it may be what nobody here can see; and a path may be relative to wherever the consumer is started.
 */
export function namedBy(step: Surroundings, variable: string, file?: string): string | Unfit | undefined {
  if (step.isUnknown?.(variable)) return { unfit: `it is not known what ${variable} says there`, cause: "unseen" };
  const value = step.variable(variable);
  if (value === undefined || value === "") return undefined;
  if (!value.startsWith("/")) return { unfit: `${variable} of the step is no absolute path` };
  return file === undefined ? value : inFolder(value, file);
}

/** For a file that is to lie at home all the same where it cannot be seen if the image names another place. */
export function unlessUnseen(named: OwnPlace["named"]): OwnPlace["named"] {
  return typeof named === "object" && named.cause === "unseen" ? undefined : named;
}
