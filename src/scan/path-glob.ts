import { matchesPath, parseGlob } from "../lint/glob.ts";

/** Does a glob hit this file, or a folder or archive that it lies in? `names` is its path, then its name in what that is. */
export type PathGlob = (names: readonly string[]) => boolean;

/**
 * A glob over the paths of an image, from its root on: `usr/share/doc`, `*.d/key.pem`, `srv/app.jar/META-INF`.
 * An archive is taken for a folder, and a folder for all that is in it.
 */
export function parsePathGlob(glob: string): PathGlob {
  const text = glob.replace(/^\/+/, "").replace(/\/+$/, "");
  const itself = parseGlob(text);
  const below = parseGlob(`${text}/**`);
  return (names) => {
    const path = names.join("/").replace(/^\/+/, "");
    return matchesPath(itself, path) || matchesPath(below, path);
  };
}
