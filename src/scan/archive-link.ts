import { cleanPath } from "../layer/path.ts";

/** Other names of an archive's files: where they lead in the folder that Docker unpacks it to. */
export type ArchiveLinks = {
  readonly add: (kind: "hard link" | "symbolic link", path: string, target: string) => void;
  /** Of files at these paths: each other name with the path that it leads to. */
  readonly namesOf: (files: ReadonlySet<string>) => readonly { readonly name: string; readonly path: string }[];
};

/** As many as Linux follows (path_resolution(7)). */
const mostFollowed = 40;
/** A folder's other name is one for each file in it. */
const mostNames = 100_000;

export function createArchiveLinks(): ArchiveLinks {
  const targets = new Map<string, string>();

  /** Undefined for what leads in a circle. */
  function resolve(path: string): string | undefined {
    let at = path;
    for (let followed = 0; followed <= mostFollowed; followed++) {
      const link = linkIn(at);
      if (link === undefined) return at;
      at = cleanPath(`${targets.get(link)}/${at.slice(link.length)}`);
    }
    return undefined;
  }

  function linkIn(path: string): string | undefined {
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      if (targets.has(path.slice(0, end))) return path.slice(0, end);
    }
    return targets.has(path) ? path : undefined;
  }

  return {
    add: (kind, path, target) => {
      const folder = kind === "hard link" || target.startsWith("/") ? "" : path.slice(0, path.lastIndexOf("/") + 1);
      targets.set(path, cleanPath(`${folder}${target}`));
    },
    namesOf: (files) => {
      const names: { name: string; path: string }[] = [];
      for (const name of targets.keys()) {
        const path = resolve(name);
        if (path === undefined) continue;
        if (files.has(path)) {
          names.push({ name, path });
          continue;
        }
        for (const file of files) {
          if (names.length < mostNames && file.startsWith(`${path}/`))
            names.push({ name: `${name}${file.slice(path.length)}`, path: file });
        }
      }
      return names;
    },
  };
}
