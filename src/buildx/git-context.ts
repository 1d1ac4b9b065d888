import { SealError } from "../error.ts";
import { cleanFolder, commitOfRef, type GitUrl, isCommit } from "./git-url.ts";

/** Runs git in an empty folder that is this build's own; it never asks for a password. */
export type Git = (args: readonly string[]) => Promise<GitAnswer>;
export type GitAnswer = { readonly exitCode: number; readonly stdout: Uint8Array; readonly stderr: string };

/** A commit of a remote repository, and its files. */
export type GitCommit = {
  readonly commit: string;
  /** A file's content by its path from the repository's root, a symbolic link followed; undefined: there is none. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
};

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A URL without what may be a credential in it. */
export const withoutCredentials = (url: string): string =>
  url.replace(/^([a-z0-9]+:\/\/)[^/?#]*@/i, "$1").replace(/[?#].*$/s, "");

/**
 * Resolves the ref of a git context to its commit and fetches this commit, alone and without its files where the server
 * allows that.
 * @throws DOCKERFILE when the remote cannot be read, has no such ref, or not the commit that the URL asks for
 */
export async function openGitCommit(url: GitUrl, git: Git): Promise<GitCommit> {
  const commit = await resolveCommit(url, git);
  await fetchCommit(url, commit, git);
  return { commit, read: (path) => readBlob(git, commit, path) };
}

async function resolveCommit(url: GitUrl, git: Git): Promise<string> {
  const { ref, checksum, remote } = url;
  if (ref !== undefined && isCommit(ref)) return ref;
  // The ref is then only a name for the commit: BuildKit does not compare them either.
  const byCommit = url.options.some(([key, value]) => key === "fetch-by-commit" && !/^(0|f|false)$/i.test(value));
  if (byCommit && checksum !== undefined && isCommit(checksum)) return checksum;

  const patterns = ref === undefined ? ["HEAD"] : [ref, `${ref}^{}`];
  const listing = await git(["ls-remote", "--", remote, ...patterns]);
  if (listing.exitCode !== 0) throw unreadable(url, listing.stderr);
  const found = commitOfRef(text(listing.stdout), ref);
  if (found === undefined) {
    throw new SealError(
      "DOCKERFILE",
      `${withoutCredentials(remote)} has no ref ${ref ?? "HEAD"}.`,
      "Name a branch, a tag or a full commit after the '#' of the context.",
    );
  }
  const isAsked = [found.commit, found.tagObject].some((hash) => hash?.startsWith(checksum ?? ""));
  if (!isAsked) {
    throw new SealError(
      "DOCKERFILE",
      `${withoutCredentials(remote)} has ${found.commit} as ${ref ?? "HEAD"}, and the context asks for ${checksum}.`,
      "Check who moved the ref, then name the commit that you mean.",
    );
  }
  return found.commit;
}

async function fetchCommit({ remote, ref }: GitUrl, commit: string, git: Git): Promise<void> {
  // Each next one is for servers that refuse the one before: no filters, no fetch by commit, no shallow fetch at all.
  const attempts = [
    ["--depth=1", "--filter=blob:none", "origin", commit],
    ["--depth=1", "origin", ref ?? "HEAD"],
    ["origin", "HEAD", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"],
  ];
  await git(["init", "--quiet", "--bare", ...(commit.length === 64 ? ["--object-format=sha256"] : [])]);
  await git(["remote", "add", "--", "origin", remote]);
  let reason = "";
  for (const attempt of attempts) {
    const fetched = await git(["fetch", "--quiet", "--no-tags", ...attempt]);
    if (fetched.exitCode === 0 && (await git(["cat-file", "-e", `${commit}^{commit}`])).exitCode === 0) return;
    reason = fetched.stderr;
  }
  throw unreadable({ remote }, reason);
}

function unreadable({ remote }: Pick<GitUrl, "remote">, stderr: string): SealError {
  const reason = stderr.trim().split("\n").at(-1) ?? "";
  const said = reason === "" ? "" : `: ${reason.replaceAll(remote, withoutCredentials(remote))}`;
  return new SealError(
    "DOCKERFILE",
    `The Dockerfile in ${withoutCredentials(remote)} cannot be read${said}`,
    "See that 'git ls-remote' can read the repository here, or clone it and build from the folder.",
  );
}

async function readBlob(git: Git, commit: string, path: string): Promise<Uint8Array | undefined> {
  let wanted = cleanFolder(path);
  for (let links = 0; links < 10; links++) {
    // ls-tree takes the path as it is, unlike `COMMIT:path`, which reads some signs in it.
    const entry = await git(["--literal-pathspecs", "ls-tree", "-z", commit, "--", wanted]);
    const [, mode, hash] = /^(\d+) blob ([0-9a-f]+)\t/.exec(text(entry.stdout)) ?? [];
    if (hash === undefined) return undefined;
    const blob = await git(["cat-file", "blob", hash]);
    if (blob.exitCode !== 0) return undefined;
    if (mode !== "120000") return blob.stdout;
    const target = text(blob.stdout);
    wanted = cleanFolder(target.startsWith("/") ? target : wanted.replace(/[^/]*$/, "") + target);
  }
  return undefined;
}
