import { NotHere, SealError } from "../error.ts";
import { isContainer, isLoopback } from "./exchange/host-rule.ts";
import type { Host } from "./host.ts";
import type { IdentityProvider } from "./identity.ts";
import { stsAudience } from "./irsa.ts";
import { plain, quoted } from "./quoted.ts";
import { identityFromToken } from "./token.ts";
import { explainUnreadable, secretLimitBytes } from "./unreadable.ts";

/** `audience`: what the token itself must name. */
export type PodIdentityOptions = { readonly audience?: string | undefined };

const uriVariable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const tokenFileVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
/**
 * Who asks for one of these wants AWS, which the agent gives for the token as it is, whatever audience that names: EKS's
 * webhook projects it for `pods.eks.amazonaws.com`, unless told otherwise (amazon-eks-pod-identity-webhook,
 * container-credentials-audience).
 */
const servedAudiences = new Set(["pods.eks.amazonaws.com", stsAudience, `${stsAudience}.cn`]);

/**
 * EKS Pod Identity: a projected token that the node's agent (`facts.credentialsUri`) takes as the Authorization header and
 * turns into a session of the associated role. It is of no use to anybody else.
 *
 * @throws IDENTITY for a token without an agent, and for an agent that is not on this node
 */
export function createPodIdentityProvider(name: string, options: PodIdentityOptions, host: Host): IdentityProvider {
  return async (ask) => {
    const uri = host.environment[uriVariable] ?? "";
    const tokenFile = host.environment[tokenFileVariable] ?? "";
    if (tokenFile === "") {
      return new NotHere(
        uri === ""
          ? `neither ${uriVariable} nor ${tokenFileVariable} is set`
          : `${tokenFileVariable} is not set: what ${uriVariable} names is another's than Pod Identity's`,
      );
    }
    if (uri === "") {
      const message = `${tokenFileVariable} is set, but ${uriVariable} is not: the token has no agent that takes it.`;
      throw new SealError("IDENTITY", message, "Hand both on to where buildseal runs, or neither; EKS sets both.");
    }
    checkAgent(uri);
    const read = await host.readFile(tokenFile, secretLimitBytes);
    if (read.kind !== "read") {
      const { message, remedy } = explainUnreadable(read, `The token file (${tokenFileVariable})`, tokenFile);
      throw new SealError("IDENTITY", message, remedy);
    }
    const isForAws = ask.audience === undefined || servedAudiences.has(ask.audience);
    const audience = isForAws ? options.audience : ask.audience;
    return identityFromToken(read.bytes, {
      name,
      from: "pod-identity",
      place: `The token file ${plain(tokenFile, 400)} (${tokenFileVariable})`,
      audiences: audience === undefined ? [] : [audience],
      facts: { tokenFile, credentialsUri: uri },
      renewal: "read",
      nowMs: host.now(),
      remedy: {
        content: `Point ${tokenFileVariable} to the token that EKS projects into the pod.`,
        expired:
          "The kubelet renews a projected token in place: name that file itself, not a copy of it, and check this machine's clock.",
        audience:
          "Pod Identity's token is for its agent alone: give the job an identity for that audience, such as its CI's own.",
      },
    });
  };
}

/** Where the AWS SDKs let such a token go: EKS's and ECS's link-local addresses, and this machine (their container provider). */
function checkAgent(uri: string): void {
  const url = URL.parse(uri);
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url !== null && isHttp && (isContainer(url.hostname) || isLoopback(url.hostname))) return;
  const names = url === null || url.host === "" ? "is not a URL" : `names ${quoted(url.host)}`;
  throw new SealError(
    "IDENTITY",
    `${uriVariable} ${names}: that is neither the agent's address on this node nor this machine.`,
    "Leave it as EKS sets it (http://169.254.170.23/v1/credentials, or http://[fd00:ec2::23]/v1/credentials), or unset it.",
  );
}
