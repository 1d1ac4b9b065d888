import { SealError } from "../../error.ts";
import { objectOf, textAt, wordsOf } from "../../identity/exchange/answer.ts";
import type { Host } from "../../identity/host.ts";
import { plain } from "../../identity/quoted.ts";
import { explainUnreadable, secretLimitBytes } from "../../identity/unreadable.ts";
import { Secret } from "../../secret/secret.ts";
import { askIssuer } from "../issuer.ts";
import { type AwsCredentials, boxCredentials } from "./credentials.ts";

/** Where a container asks for its credentials: EKS Pod Identity's agent, ECS, or another of the kind. */
export type ContainerPlace = { readonly uri: string; readonly token: Secret | undefined };

/**
 * The container's credentials, which its platform renews; the token goes in the header as it is
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
 *
 * @throws SOURCE, POLICY
 */
export async function containerCredentials(
  name: string,
  { uri, token }: ContainerPlace,
  host: Pick<Host, "exchange" | "mask" | "environment">,
  signal: AbortSignal | undefined,
): Promise<AwsCredentials> {
  const place = `The container's credentials (${plain(URL.parse(uri)?.host ?? "", 100)})`;
  const text = token?.exposeText();
  const answer = await askIssuer(host, `The secret ${name} could not be had`, {
    url: uri,
    headers: { accept: "application/json", ...(text !== undefined && { authorization: text }) },
    namedBy: "platform",
    purpose: "container",
    signal,
  });
  if (answer.status !== 200) {
    const words = wordsOf(answer, host, text === undefined ? [] : [text, ...text.split(".")]);
    throw new SealError("SOURCE", `${place} were refused (${words}).`, remedyOf(answer.status));
  }
  const object = objectOf(answer);
  const end = textAt(object, "Expiration");
  return boxCredentials(
    name,
    {
      accessKeyId: textAt(object, "AccessKeyId"),
      secretAccessKey: textAt(object, "SecretAccessKey"),
      sessionToken: textAt(object, "Token"),
      ...(end !== undefined && { expiresAt: new Date(end) }),
    },
    place,
  );
}

/** What the variables say; nothing where they say nothing. ECS gives a path, others the whole address. */
export async function containerPlace(
  name: string,
  host: Pick<Host, "environment" | "readFile">,
): Promise<ContainerPlace | undefined> {
  const of = (variable: string) => host.environment[variable] || undefined;
  const path = of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const uri = path === undefined ? of("AWS_CONTAINER_CREDENTIALS_FULL_URI") : `http://169.254.170.2${path}`;
  return uri === undefined ? undefined : { uri, token: await tokenOf(name, host) };
}

async function tokenOf(
  name: string,
  { environment, readFile }: Pick<Host, "environment" | "readFile">,
): Promise<Secret | undefined> {
  const path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  if (path === undefined || path === "") {
    const value = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
    return value === undefined || value === ""
      ? undefined
      : headerText(name, value, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  }
  const what = "The token file (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)";
  const read = await readFile(path, secretLimitBytes);
  if (read.kind !== "read") {
    const { message, remedy } = explainUnreadable(read, what, path);
    throw new SealError("SOURCE", message, remedy);
  }
  return headerText(name, new TextDecoder().decode(read.bytes), `${what} ${plain(path, 400)}`);
}

function headerText(name: string, text: string, place: string): Secret {
  const value = text.trim();
  if (/^[\x20-\x7e]+$/.test(value)) return new Secret(`${name}-container-token`, value);
  throw new SealError(
    "SOURCE",
    `${place} holds no token that a header could carry.`,
    "See that it is the file that the platform wrote.",
  );
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) {
    return "On EKS: check the Pod Identity association of the service account, and that the token's file is the one that was projected into this pod.";
  }
  return "On EKS: check that the Pod Identity agent runs on the node, and that the service account has an association.";
}
