import { NotHere } from "../error.ts";
import { forkRule, type Policy } from "./policy.ts";

/** What a fork's job does not get, whatever identity it has. */
export class NotForFork extends NotHere {}

export type ForkAsk = {
  /** A clause, where the job is for a fork's pull request. */
  readonly fork: string | undefined;
  readonly policy: Policy;
};

/** Why a fork's job does not get what this source gives; undefined where it does, and in every other job. */
export function refusedToFork(
  { isReadOnly }: { readonly isReadOnly?: boolean | undefined },
  { fork, policy }: ForkAsk,
): NotForFork | undefined {
  if (fork === undefined) return undefined;
  const ownBranch = "Build it again from a branch of your own";
  if (forkRule(policy) === "read-only") {
    if (isReadOnly === true) return undefined;
    return new NotForFork(`${fork}, and what its source gives cannot be narrowed to reading`, ownBranch);
  }
  const remedy =
    isReadOnly === true ? `${ownBranch}, or let a policy of the runner's say \`forks: read-only\`` : ownBranch;
  return new NotForFork(`${fork}, and it gets none`, remedy);
}
