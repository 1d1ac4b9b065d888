/** Which names of a layer are the same file: hard links. */
export type LinkLog = {
  /** `path` is another name of what is at `target`. */
  readonly add: (path: string, target: string) => void;
  /** The other names of a file, as far as they are known; `isAll`: there are no others. */
  readonly namesOf: (path: string) => { readonly names: readonly string[]; readonly isAll: boolean };
};

/** Memory for the names of links, in all layers together; what goes beyond it is known not to be known. */
export type LinkRoom = { left: number };

export function createLinkRoom(): LinkRoom {
  return { left: 16 << 20 };
}

/** What a link takes beside its names. */
const eachTakes = 128;

export function createLinkLog(room: LinkRoom): LinkLog {
  const links = new Map<string, string[]>();
  let isAll = true;

  return {
    add: (path, target) => {
      const bytes = path.length + target.length + eachTakes;
      if (room.left < bytes) {
        isAll = false;
        return;
      }
      room.left -= bytes;
      const others = links.get(target);
      if (others === undefined) links.set(target, [path]);
      else others.push(path);
    },
    namesOf: (path) => {
      const names = new Set(links.get(path) ?? []);
      // a link may be one to a link: what is added while it is gone through comes, too
      for (const name of names) for (const other of links.get(name) ?? []) names.add(other);
      names.delete(path);
      return { names: [...names], isAll };
    },
  };
}
