import { lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Neighbours } from "../lint/rule.ts";

/**
 * What lies beside a Dockerfile, taking its folder for the build context; undefined where it is not known. Nothing is
 * read before a rule asks.
 */
export function neighboursOf(path: string): Neighbours {
  const folder = dirname(path);
  let ignore: { readonly text: string | undefined } | undefined;
  return {
    get dockerignore() {
      // docs.docker.com/build/concepts/context: that of the Dockerfile's own name comes first, and alone
      ignore ??= { text: textOf(`${path}.dockerignore`) ?? textOf(resolve(folder, ".dockerignore")) };
      return ignore.text;
    },
    exists: (name) => {
      const asked = resolve(folder, name);
      if (asked !== folder && !asked.startsWith(`${folder}/`)) return undefined;
      try {
        return lstatSync(asked, { throwIfNoEntry: false }) !== undefined;
      } catch {
        return undefined;
      }
    },
  };
}

function textOf(path: string): string | undefined {
  try {
    // reading a pipe that nobody writes to would wait forever
    return statSync(path).isFile() ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
