/**
 * A path without what a rebuild changes: the names of temporary files, hashes, numbers of processes, dates. It is made for
 * fingerprints, so it need not be readable; two paths that become one are told apart by their order.
 */
export function normalPath(path: string): string {
  let isTemporary = false;
  const normal = path.split("/").map((name) => {
    const shown = withoutName(name) ?? (isTemporary ? withoutRandom(name) : name);
    isTemporary = isTemporary ? shown !== name : temporaryFolders.has(name);
    return withoutHashes(shown);
  });
  // caches and object stores spread hashes over folders of one or two digits: `objects/3f/…`, `http-v2/a/b/c/…`
  for (let at = normal.length - 2; at >= 0; at--) {
    if (/^[0-9a-f]{1,2}$/.test(normal[at]!) && normal[at + 1]!.startsWith("#")) normal[at] = "#";
  }
  return normal.join("/");
}

const temporaryFolders: ReadonlySet<string> = new Set(["tmp", "temp", "shm", ".tmp", ".temp"]);

/** Names that programs give to what they make for a moment, wherever it lies. */
const temporaryNames = [
  // mktemp; Python's tempfile
  /^(tmp\.)[A-Za-z0-9]{6,}/,
  /^(tmp)[a-z0-9_]{8}(?=$|\.)/,
  // pip, npm, Go, Cargo, rustc, GCC
  /^(pip-[a-z-]{1,40}-)[a-z0-9_]{8}(?=$|[._])/,
  /^(npm-)\d{1,10}-[0-9a-z]{4,}/,
  /^(go-build)\d+/,
  /^(cargo-install|rustc)[A-Za-z0-9]{6}(?=$|\.)/,
  /^(cc)[A-Za-z0-9]{6}(?=\.)/,
  // core dumps, agents' sockets
  /^(core\.|agent\.)\d+/,
];

function withoutName(name: string): string | undefined {
  for (const pattern of temporaryNames) {
    const [all, kept = ""] = pattern.exec(name) ?? [];
    if (all !== undefined) return `${kept}#${name.slice(all.length)}`;
  }
  return undefined;
}

function withoutHashes(name: string): string {
  return name
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "#")
    .replace(/\d{4}[-_]\d\d[-_]\d\d(?:[T_ -]\d\d[-_:]?\d\d[-_:]?\d\d(?:[._]\d{1,9})?Z?)?/g, "#")
    .replace(/[A-Za-z0-9]{8,}/g, (word) => (isHash(word) ? "#" : word.replace(/\d{8,}/g, "#")))
    .replace(/^\d{4,}$/, "#");
}

function isHash(word: string): boolean {
  if (!/\d/.test(word)) return false;
  return (word.length >= 16 && /^[0-9a-f]+$/i.test(word)) || (word.length >= 20 && /[A-Za-z]/.test(word));
}

/** In a temporary folder more is taken for random: what mixes digits or capitals into letters, and every longer number. */
function withoutRandom(name: string): string {
  return name
    .replace(/[A-Za-z0-9]{6,}/g, (word) => (/[A-Za-z]\d|\d[A-Za-z]|[a-z][A-Z]|[A-Z]{2}[a-z]/.test(word) ? "#" : word))
    .replace(/\d{3,}/g, "#");
}
