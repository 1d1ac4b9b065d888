/** What is to be said of a grant, in sentences that do not name it. */
export type Remarks = {
  /** Something will not work, or is left open: told whenever it is given. */
  readonly notices: readonly string[];
  /** Why something is as it is: told where somebody looks at the plan, and not in each build. */
  readonly notes: readonly string[];
};

export type Remarked = Remarks & { readonly what: string };

/** The notices of grants, each once, with the grant it is about. */
export function noticesOf(grants: readonly Remarked[]): string[] {
  return withGrant(grants, ({ notices }) => notices);
}

export function notesOf(grants: readonly Remarked[]): string[] {
  return withGrant(grants, ({ notes }) => notes);
}

function withGrant(grants: readonly Remarked[], of: (remarks: Remarks) => readonly string[]): string[] {
  return [...new Set(grants.flatMap((grant) => of(grant).map((sentence) => `${grant.what}: ${sentence}`)))];
}
