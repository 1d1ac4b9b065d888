import { SealError } from "../../error.ts";
import { quoted } from "../../identity/quoted.ts";

/** A trust policy of octo-sts: a file on a repository's default branch. */
export type PolicyPlace = {
  readonly scope: string;
  readonly policyName: string;
  readonly file: string;
  readonly repository: string;
  /** The file and where it is, for a sentence. */
  readonly shown: string;
};

/** An organisation's own policies are in its repository `.github` (octo-sts, README). @throws SOURCE */
export function readPolicyPlace(name: string, scope: string, policyName: string): PolicyPlace {
  const parts = scope.split("/");
  if (parts.length > 2 || !parts.every((part) => /^[\w.-]+$/.test(part))) {
    const message = `The scope ${quoted(scope)} of the secret ${name} is neither OWNER/NAME nor an organisation.`;
    throw new SealError("SOURCE", message, "Write it as in the repository's address: acme/app.");
  }
  const repository = parts.length === 1 ? `${scope}/.github` : scope;
  const file = `.github/chainguard/${policyName}.sts.yaml`;
  return { scope, policyName, file, repository, shown: `${file} in ${repository}` };
}
