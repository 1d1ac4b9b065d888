import { SealError } from "../../error.ts";
import type { Environment } from "../../identity/host.ts";
import { isOtherForge } from "../../identity/other-forge.ts";
import { quoted } from "../../identity/quoted.ts";

export type Repository = { readonly owner: string; readonly name: string };

/** Where an App is looked for, and what its token is to reach. */
export type ScopeOptions = {
  readonly installationId?: number | undefined;
  readonly repository?: string | undefined;
  readonly organization?: string | undefined;
  readonly repositories?: readonly string[] | undefined;
};

export type Place =
  | { readonly kind: "installation"; readonly id: number }
  | { readonly kind: "repository"; readonly repository: Repository }
  | { readonly kind: "organization"; readonly name: string };

/**
 * Where the App's installation is looked for: what is said, else the job's own repository.
 *
 * @throws SOURCE
 */
export function placeOf(name: string, options: ScopeOptions, environment: Environment): Place {
  if (options.installationId !== undefined) return { kind: "installation", id: options.installationId };
  if (options.organization !== undefined) return { kind: "organization", name: options.organization };
  const own = ownRepository(environment);
  const [first] = options.repositories ?? [];
  const repository =
    options.repository ?? (first === undefined || first.includes("/") ? first : own && `${own.owner}/${first}`);
  if (repository !== undefined) return { kind: "repository", repository: readRepository(name, repository) };
  if (own !== undefined && first === undefined) return { kind: "repository", repository: own };
  throw new SealError(
    "SOURCE",
    `The secret ${name} does not say where its GitHub App is installed, and GITHUB_REPOSITORY is not set.`,
    "Name `repository: OWNER/NAME`, `organization:` or `installationId:`.",
  );
}

/** The job's own, as GitHub's runner says; another forge's is none of GitHub's. */
export function ownRepository(environment: Environment): Repository | undefined {
  if (isOtherForge(environment)) return undefined;
  const [owner = "", name = "", ...more] = (environment["GITHUB_REPOSITORY"] ?? "").split("/");
  return owner === "" || name === "" || more.length > 0 ? undefined : { owner, name };
}

/** @throws SOURCE */
export function readRepository(secret: string, text: string): Repository {
  const [owner = "", name = "", ...more] = text.split("/");
  if (/^[\w.-]+$/.test(owner) && /^[\w.-]+$/.test(name) && more.length === 0) return { owner, name };
  const message = `The secret ${secret} names the repository ${quoted(text)}, which is no OWNER/NAME.`;
  throw new SealError("SOURCE", message, "Write it as in its address: acme/app.");
}

/**
 * The names of the repositories that a token is narrowed to; `undefined`: all that the installation has.
 *
 * @param account whose installation it is
 * @throws SOURCE if one is another account's: an installation has repositories of one account
 */
export function repositoriesOf(
  name: string,
  options: ScopeOptions,
  account: string | undefined,
  environment: Environment,
): { readonly names: readonly string[] | undefined; readonly notice: string | undefined } {
  const said = options.repositories ?? (options.repository === undefined ? [] : [options.repository]);
  if (said.length > 0) {
    const named = said.map((text) =>
      text.includes("/") ? readRepository(name, text) : { owner: account, name: text },
    );
    const other = named.find(({ owner }) => account !== undefined && owner !== undefined && !isSame(owner, account));
    if (other !== undefined) {
      throw new SealError(
        "SOURCE",
        `The secret ${name} is to reach ${other.owner}/${other.name}, and the App's installation belongs to ${account}.`,
        "A token reaches repositories of one account: make a secret for each.",
      );
    }
    return { names: [...new Set(named.map((one) => one.name))], notice: undefined };
  }
  const own = ownRepository(environment);
  if (
    options.organization === undefined &&
    own !== undefined &&
    (account === undefined || isSame(own.owner, account))
  ) {
    const notice = `The secret ${name} reaches ${own.owner}/${own.name} alone, the job's own repository, as no other is named.`;
    return { names: [own.name], notice };
  }
  const notice = `The secret ${name} reaches every repository that the App is installed on${account === undefined ? "" : ` at ${account}`}: name \`repositories:\` to narrow it.`;
  return { names: undefined, notice };
}

/** GitHub's names differ by more than their case. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
