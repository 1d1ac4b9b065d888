import { NotHere, SealError } from "../../error.ts";
import { NoneApplies, NoneFits } from "../../identity/chain.ts";
import type { Identity } from "../../identity/identity.ts";
import { stsAudience } from "../../identity/irsa.ts";
import { plain } from "../../identity/quoted.ts";
import type { SourceHost } from "../source.ts";
import { ambientCredentials, type Held } from "./ambient.ts";
import { containerCredentials } from "./container.ts";

/** Who begins: a token that STS takes, or credentials that are there. */
export type Start =
  | { readonly kind: "token"; readonly identity: Identity; readonly roleArn: string }
  | ({ readonly kind: "held"; readonly roleArn: string | undefined; readonly identity: Identity | undefined } & Held);

export type StartAsk = {
  readonly roleArn?: string | undefined;
  readonly identity?: string | undefined;
  readonly audience?: string | undefined;
};

/**
 * The job's identity, or else what the machine has, also where that identity has no role or is for somebody else than AWS.
 * AWS_ROLE_ARN is the role of a web identity, as for AWS's SDKs: credentials that are there already assume no role but the
 * one that the configuration names.
 *
 * @throws IDENTITY, SOURCE, POLICY
 */
export async function findStart(
  name: string,
  ask: StartAsk,
  host: SourceHost,
  signal: AbortSignal | undefined,
): Promise<Start | NotHere> {
  const askAmbient = async (): Promise<Start | NotHere> => {
    const found = await ambientCredentials(name, host, signal);
    return found instanceof NotHere ? found : { kind: "held", roleArn: ask.roleArn, identity: undefined, ...found };
  };
  if (ask.identity === "ambient") {
    const refusal = host.ambientAws?.refusal;
    if (refusal === undefined) return askAmbient();
    const message = `Secret ${name} would take the machine's own AWS credentials: ${refusal}.`;
    throw new SealError("POLICY", message, "Name an identity that the policy allows.");
  }
  /** Where nobody names an identity, one that is of no use for AWS is not the one that was meant. */
  const elseAmbient = async (error: SealError): Promise<Start> => {
    if (ask.identity !== undefined) throw error;
    const found = await askAmbient();
    if (!(found instanceof NotHere)) return found;
    const remedy = `${error.remedy} For AWS credentials of the machine's own say \`identity: ambient\`.`;
    throw new SealError(error.code, error.message, remedy, { cause: error });
  };
  const provide = host.identity(ask.identity);
  const asked = { audience: ask.audience ?? stsAudience, roleArn: ask.roleArn, signal };
  const identity = await provide(asked).catch((error: unknown) => {
    if (error instanceof NoneFits) return error;
    throw error;
  });
  if (identity instanceof NoneFits) return elseAmbient(identity);
  if (identity instanceof NotHere) {
    if (ask.identity !== undefined) return identity;
    const found = await askAmbient();
    if (!(found instanceof NotHere)) return found;
    if (!(identity instanceof NoneApplies)) return new NotHere(`${identity.reason}; ${found.reason}`);
    const ambient = { from: "ambient", reason: found.reason.replace(/^ambient: /, ""), isNear: false };
    return new NoneApplies([...identity.tried, ambient]);
  }
  const { credentialsUri, roleArn: own } = identity.facts;
  if (credentialsUri !== undefined) {
    const place = { uri: credentialsUri, token: identity.token };
    const credentials = await containerCredentials(name, place, host, signal);
    return { kind: "held", roleArn: ask.roleArn, identity, credentials, holder: `the credentials of ${identity.from}` };
  }
  const roleArn = ask.roleArn ?? own ?? (host.environment["AWS_ROLE_ARN"] || undefined);
  if (roleArn !== undefined) return { kind: "token", identity, roleArn };
  return elseAmbient(
    new SealError(
      "SOURCE",
      `Secret ${name} has an identity (${plain(identity.from, 40)}), but no role to assume with it.`,
      "Set `roleArn:` or AWS_ROLE_ARN to the ARN of the role whose trust policy names this identity.",
    ),
  );
}
