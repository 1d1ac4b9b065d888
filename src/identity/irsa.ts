import { NotHere, SealError } from "../error.ts";
import type { Host } from "./host.ts";
import type { IdentityProvider } from "./identity.ts";
import { plain } from "./quoted.ts";
import { readRoleArn } from "./role-arn.ts";
import { identityFromToken } from "./token.ts";
import { explainUnreadable, secretLimitBytes } from "./unreadable.ts";

export type IrsaOptions = {
  readonly tokenFile?: string | undefined;
  readonly roleArn?: string | undefined;
  /** What the token must be for where the asker does not say. */
  readonly audience?: string | undefined;
};

const tokenFileVariable = "AWS_WEB_IDENTITY_TOKEN_FILE";
const roleArnVariable = "AWS_ROLE_ARN";
/** What EKS's webhook asks for, in every partition (amazon-eks-pod-identity-webhook, README). */
export const stsAudience = "sts.amazonaws.com";
/** STS's own bound for WebIdentityToken (AssumeRoleWithWebIdentity, API reference). */
const stsTokenLimit = { count: 20_000, whose: "STS" };

/** Where the two halves come from: the options, else the two variables that EKS sets in a pod; an empty one is not set. */
export function locateIrsa(options: IrsaOptions, host: Pick<Host, "environment">): IrsaHalves {
  return {
    tokenFile: halfOf(options.tokenFile, "tokenFile", host.environment[tokenFileVariable], tokenFileVariable),
    roleArn: halfOf(options.roleArn, "roleArn", host.environment[roleArnVariable], roleArnVariable),
  };
}

export type IrsaHalves = { readonly tokenFile: Half | undefined; readonly roleArn: Half | undefined };
/** `by` is the option or variable it stands in. */
type Half = { readonly value: string; readonly by: string };

/**
 * IAM Roles for Service Accounts: a projected service account token and a role.
 * @throws IDENTITY for half of it, and for a token or an ARN that cannot work.
 */
export function createIrsaProvider(name: string, options: IrsaOptions, host: Host): IdentityProvider {
  const halves = locateIrsa(options, host);
  return async (ask) => {
    const both = requireBoth(withRole(halves, ask.roleArn));
    if (both instanceof NotHere) return both;
    const { tokenFile, roleArn } = both;
    const role = readRoleArn(roleArn.value);
    if (role.kind === "not-a-role") {
      const remedy =
        "Set it to the ARN of the role that the token may assume, such as arn:aws:iam::<12 digits>:role/<name>.";
      throw new SealError("IDENTITY", `${roleArn.by} is not the ARN of a role: ${role.why}.`, remedy);
    }
    const read = await host.readFile(tokenFile.value, secretLimitBytes);
    if (read.kind !== "read") {
      const { message, remedy } = explainUnreadable(read, `The token file (${tokenFile.by})`, tokenFile.value);
      throw new SealError("IDENTITY", message, remedy);
    }
    return identityFromToken(read.bytes, {
      name,
      from: "irsa",
      place: `The token file ${plain(tokenFile.value, 400)} (${tokenFile.by})`,
      audiences: audiencesFor(ask.audience ?? options.audience, role.partition),
      limitCharacters: stsTokenLimit,
      facts: { roleArn: role.arn, tokenFile: tokenFile.value },
      renewal: "read",
      nowMs: host.now(),
      remedy: {
        content: `Point ${tokenFile.by} to the projected service account token, as the EKS webhook does.`,
        expired:
          "The kubelet renews a projected token in place: name that file itself, not a copy of it, and check this machine's clock.",
        audience:
          "Name a token projected for that audience (the EKS webhook's is sts.amazonaws.com); if the role's OIDC provider expects another one, say which with `audience:`.",
      },
    });
  };
}

function halfOf(
  option: string | undefined,
  optionName: string,
  variable: string | undefined,
  variableName: string,
): Half | undefined {
  if (option !== undefined) return { value: option, by: optionName };
  return variable === undefined || variable.trim() === "" ? undefined : { value: variable, by: variableName };
}

/** To a token without a role the asker's own is its other half; a role without a token stays as it is. */
function withRole({ tokenFile, roleArn }: IrsaHalves, asked: string | undefined): IrsaHalves {
  if (tokenFile === undefined || roleArn !== undefined || asked === undefined) return { tokenFile, roleArn };
  return { tokenFile, roleArn: { value: asked, by: "roleArn" } };
}

function requireBoth({ tokenFile, roleArn }: IrsaHalves): { tokenFile: Half; roleArn: Half } | NotHere {
  for (const half of [tokenFile, roleArn]) {
    if (half?.value.trim() !== "") continue;
    const remedy = "Give it a value, or leave it out: then what the job's variables say is taken.";
    throw new SealError("IDENTITY", `${half.by} is set, but empty.`, remedy);
  }
  if (tokenFile !== undefined && roleArn !== undefined) return { tokenFile, roleArn };
  if (tokenFile !== undefined) {
    const message = `There is a web identity token file (${tokenFile.by}), but no role to assume with it.`;
    throw new SealError(
      "IDENTITY",
      message,
      `Set ${roleArnVariable} or \`roleArn:\` to the role's ARN; the EKS webhook sets both.`,
    );
  }
  if (roleArn !== undefined) {
    const message = `There is a role (${roleArn.by}), but no web identity token file to assume it with.`;
    const remedy = `Set ${tokenFileVariable} or \`tokenFile:\` to the token's path (in a container: mount the token too), or unset ${roleArnVariable}.`;
    throw new SealError("IDENTITY", message, remedy);
  }
  return new NotHere(`neither ${tokenFileVariable} nor ${roleArnVariable} is set`);
}

/** In China both spellings are in use, depending on how the cluster's OIDC provider was made. */
function audiencesFor(wanted: string | undefined, partition: string): readonly string[] {
  if (wanted === undefined) return [];
  return wanted === stsAudience && partition === "aws-cn" ? [wanted, `${stsAudience}.cn`] : [wanted];
}
