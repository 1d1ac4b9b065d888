/** Whom a GitHub Actions token speaks for, by its `sub`. */
export type GithubSubject = {
  /** `OWNER/REPO`. */
  readonly repository: string;
  /** `OWNER@ID/REPO@ID`: how the token names it where ids are in it. */
  readonly withIds?: string;
  /** What comes after it: `ref:refs/heads/main`, `environment:prod`, `pull_request`. */
  readonly rest: string;
};

/**
 * GitHub's usual subject, `repo:OWNER/REPO:…`, and the immutable one, `repo:OWNER@ID/REPO@ID:…` (the default for
 * repositories created or renamed since 2026-07-15, not on Enterprise Server). An organization can make up one of its own
 * from other claims: that is none of these.
 */
export function readGithubSubject(subject: string): GithubSubject | undefined {
  const found = /^repo:([\w.-]+)(@\d+)?\/([\w.-]+)(@\d+)?:(.+)$/s.exec(subject);
  if (found === null) return undefined;
  const [, owner = "", ownerId, name = "", nameId, rest = ""] = found;
  const repository = `${owner}/${name}`;
  if ((ownerId === undefined) !== (nameId === undefined)) return undefined;
  return ownerId === undefined
    ? { repository, rest }
    : { repository, withIds: `${owner}${ownerId}/${name}${nameId}`, rest };
}
