/**
 * A git repository as a build context. Source: BuildKit `frontend/dockerfile/dfgitutil/git_ref.go`, `util/gitutil/git_url.go`
 * and `util/sshutil/scpurl.go`; the query form is known to BuildKit ≥ 0.24 only.
 */
export type GitUrl = {
  /** What git takes: without fragment and query, and with `https://` before the shorthand `github.com/…`. */
  readonly remote: string;
  /** The same as the user wrote it: what Docker takes. */
  readonly spelled: string;
  /** Branch, tag, commit or full ref; none is the remote's HEAD. */
  readonly ref?: string;
  /** Inside the repository, without leading or trailing slash; none is its root. */
  readonly folder?: string;
  /** A commit, or the beginning of one, that the ref must have. */
  readonly checksum?: string;
  /** The query's other keys, which say how to check out. */
  readonly options: readonly [key: string, value: string][];
  readonly form: "fragment" | "query";
};

export type GitUrlReading = GitUrl | { readonly refused: string };

const scpLike = /^([a-zA-Z0-9-_]+)@([a-zA-Z0-9-.]+):([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const schemes = new Set(["http", "https", "ssh", "git"]);

/** Undefined: it is no git URL (a path, or an HTTP URL of something else). `refused`: Docker refuses its query. */
export function parseGitUrl(text: string): GitUrlReading | undefined {
  if (text.startsWith("./") || text.startsWith("../")) return undefined;
  const [, beforeFragment = "", fragment] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  const [, spelled = "", query = ""] = /^([^?]*)(?:\?(.*))?$/s.exec(beforeFragment) ?? [];
  if (text.startsWith("github.com/")) return readGitUrl(spelled, `https://${spelled}`, query, fragment);
  const scheme = /^([a-zA-Z0-9]+):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const scp = scpLike.exec(text);
    return scp === null ? undefined : readGitUrl(spelled, spelled, scp[4] ?? "", scp[5]);
  }
  if (!schemes.has(scheme)) return undefined;
  const path = /^[a-zA-Z0-9]+:\/\/[^/]*(.*)$/s.exec(spelled)?.[1] ?? "";
  if (scheme.startsWith("http") && !path.endsWith(".git")) return undefined;
  return readGitUrl(spelled, spelled, query, fragment);
}

function readGitUrl(spelled: string, remote: string, query: string, fragment: string | undefined): GitUrlReading {
  const refused = (what: string): GitUrlReading => ({ refused: `the git URL's query ${what}` });
  let [ref, folder] = parseFragment(fragment);
  let checksum: string | undefined;
  const options: [string, string][] = [];
  const seen = new Set<string>();
  for (const [key, value] of new URLSearchParams(query)) {
    if (seen.has(key)) return refused(`has '${key}' twice`);
    seen.add(key);
    switch (key) {
      case "ref":
      case "tag":
      case "branch": {
        if (value === "") return refused(`has no value for '${key}'`);
        const prefix = { ref: "", tag: "refs/tags/", branch: "refs/heads/" }[key];
        const named = value.startsWith(prefix) ? value : prefix + value;
        if (ref !== undefined && ref !== named) return refused("names two refs");
        ref = named;
        break;
      }
      case "subdir":
        if (value === "") return refused("has no value for 'subdir'");
        if (folder !== undefined && folder !== value) return refused("names two folders");
        folder = cleanFolder(value);
        break;
      case "checksum":
      case "commit":
        if (value === "") return refused(`has no value for '${key}'`);
        checksum = value.toLowerCase();
        break;
      default:
        options.push([key, value]);
    }
  }
  return {
    remote,
    spelled,
    ...(ref !== undefined && { ref }),
    ...(folder !== undefined && folder !== "" && { folder }),
    ...(checksum !== undefined && { checksum }),
    options,
    form: query === "" ? "fragment" : "query",
  };
}

function parseFragment(fragment: string | undefined): [ref: string | undefined, folder: string | undefined] {
  if (fragment === undefined || fragment === "") return [undefined, undefined];
  const decoded = decodePercent(fragment);
  const colon = decoded.indexOf(":");
  const [ref, folder] = colon < 0 ? [decoded, ""] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
  return [ref === "" ? undefined : ref, cleanFolder(folder) || undefined];
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Go's path.Join("/", folder) without the leading slash: it cannot leave the repository. */
export function cleanFolder(folder: string): string {
  const parts: string[] = [];
  for (const part of folder.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

export const isCommit = (ref: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref);

/**
 * The context with exactly this commit. A fragment's ref is replaced by the commit; a query keeps its ref (which a
 * checkout with its .git folder shows) and gets the commit as its checksum.
 */
export function pinGitUrl(url: GitUrl, commit: string): string {
  if (url.form === "fragment") {
    return `${url.spelled}#${commit}${url.folder === undefined ? "" : `:${encodeURI(url.folder)}`}`;
  }
  const query = new URLSearchParams([...url.options]);
  if (url.ref !== undefined) query.set("ref", url.ref);
  if (url.folder !== undefined) query.set("subdir", url.folder);
  query.set("checksum", commit);
  return `${url.spelled}?${query}`;
}

/**
 * The commit that a ref names, from `git ls-remote -- REMOTE REF REF^{}` (or `HEAD`): as BuildKit chooses, an exact ref, a
 * branch, then a tag, an annotated one as the commit behind it. Undefined: the remote has no such ref.
 */
export function commitOfRef(
  listing: string,
  ref: string | undefined,
): { commit: string; tagObject?: string } | undefined {
  const found = new Map(
    listing.split("\n").flatMap((line) => {
      const [hash, name] = line.split("\t");
      return hash !== undefined && name !== undefined && isCommit(hash) ? [[name, hash] as const] : [];
    }),
  );
  const plain = (name: string): { commit: string } | undefined => {
    const commit = found.get(name);
    return commit === undefined ? undefined : { commit };
  };
  if (ref === undefined) return plain("HEAD");
  const stripped = (prefix: string): string => prefix + (ref.startsWith(prefix) ? ref.slice(prefix.length) : ref);
  const tag = stripped("refs/tags/");
  const [tagged, behind] = [found.get(tag), found.get(`${tag}^{}`)];
  const isTag = (name: string): boolean => name === tag && behind !== undefined;
  const exact = stripped("refs/");
  if (!isTag(exact) && found.has(exact)) return plain(exact);
  const branch = plain(stripped("refs/heads/"));
  if (branch !== undefined) return branch;
  if (tagged === undefined) return undefined;
  return behind === undefined ? { commit: tagged } : { commit: behind, tagObject: tagged };
}
