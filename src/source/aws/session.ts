import { NotHere, SealError } from "../../error.ts";
import { quoted } from "../../identity/quoted.ts";
import { readRoleArn } from "../../identity/role-arn.ts";
import { identityNotices, issueBySkew } from "../issuer.ts";
import type { Minted, SourceHost } from "../source.ts";
import { type Asker, type AssumePorts, assumeRole, sessionOfUser } from "./assume.ts";
import { type AwsCredentials, credentialsFile, fieldsOf, secretsOfCredentials } from "./credentials.ts";
import { describeSkew } from "./refusal.ts";
import { describeSessionPolicy, type SessionPolicy, sessionPolicyText } from "./session-policy.ts";
import { findStart, type Start, type StartAsk } from "./start.ts";
import { partitionOfRegion, type StsPlace, stsPlaceOf } from "./sts-place.ts";

export type SessionAsk = StartAsk & {
  readonly chain?: readonly string[] | undefined;
  readonly region?: string | undefined;
  readonly stsEndpoint?: string | undefined;
  readonly durationSeconds?: number | undefined;
  readonly sessionName?: string | undefined;
  readonly policy: SessionPolicy | undefined;
};

/** What came of it, and how far this machine's clock is ahead of STS's, where that was asked. */
type Reached = {
  readonly credentials: AwsCredentials;
  readonly skewMs: number | undefined;
  /** Sessions on the way, which live for a while yet. */
  readonly between?: readonly AwsCredentials[];
};

/** The least that STS gives: enough for the next link of a chain. */
const shortestSeconds = 900;

/**
 * From who the job is to the session that it wants: of one role, or of one after the other.
 *
 * @throws IDENTITY, SOURCE, POLICY
 */
export async function mintSession(
  name: string,
  ask: SessionAsk,
  host: SourceHost,
  signal: AbortSignal | undefined,
): Promise<Minted | NotHere> {
  const start = await findStart(name, ask, host, signal);
  if (start instanceof NotHere) return start;
  const roles = [...(start.roleArn === undefined ? [] : [start.roleArn]), ...(ask.chain ?? [])];
  const partition = roles.map(partitionOfRole).at(-1);
  const place = stsPlaceOf({
    region: ask.region,
    stsEndpoint: ask.stsEndpoint,
    environment: host.environment,
    partition,
  });
  const policy = await policyFor(ask.policy, roles, partition ?? partitionOfRegion(place.region), host);
  const notices: string[] = [];
  const ports = { name, place, host, signal, tell: (notice: string) => notices.push(notice) };
  const reached = await reach(roles, start, policy, ask, ports);
  return mintedOf({ name, ask, host, start, place, role: roles.at(-1), notices, ...reached });
}

async function reach(
  roles: readonly string[],
  start: Start,
  policy: string | undefined,
  { sessionName, durationSeconds }: SessionAsk,
  ports: AssumePorts,
): Promise<Reached> {
  let asker: Asker = start;
  let skewMs: number | undefined;
  const between: AwsCredentials[] = [];
  for (const [at, roleArn] of roles.entries()) {
    const isLast = at === roles.length - 1;
    const role = {
      roleArn,
      sessionName: sessionName ?? ports.host.runName,
      policy: isLast ? policy : undefined,
      durationSeconds: isLast ? durationSeconds : shortestSeconds,
    };
    const session = await assumeRole(role, asker, ports, skewMs);
    asker = { kind: "held", credentials: session.credentials, holder: `the session of ${quoted(roleArn, 200)}` };
    skewMs = session.skewMs ?? skewMs;
    if (!isLast) between.push(session.credentials);
  }
  if (asker.kind === "token") throw new Error("a web identity has a role");
  // keys that never end do not go into a build
  if (asker.credentials.sessionToken === undefined) return sessionOfUser(asker, durationSeconds, ports);
  return { credentials: asker.credentials, skewMs, between };
}

/** @throws SOURCE */
function partitionOfRole(arn: string): string {
  const role = readRoleArn(arn);
  if (role.kind === "role") return role.partition;
  throw new SealError(
    "SOURCE",
    `What is to be assumed is not the ARN of a role: ${role.why}.`,
    "Set `roleArn:` (or AWS_ROLE_ARN, or the entry of `chain:`) to arn:aws:iam::<12 digits>:role/<name>.",
  );
}

/** @throws SOURCE */
async function policyFor(
  policy: SessionPolicy | undefined,
  roles: readonly string[],
  partition: string,
  host: SourceHost,
): Promise<string | undefined> {
  if (policy === undefined) return undefined;
  if (roles.length > 0) return sessionPolicyText(policy, partition, host);
  const idle = host.environment["AWS_ROLE_ARN"]
    ? " (AWS_ROLE_ARN is the role of a web identity, and there is none)"
    : "";
  throw new SealError(
    "SOURCE",
    `A session policy needs a role to assume, and none is named${idle}: credentials that are there already cannot be narrowed.`,
    "Set `roleArn:` to a role that they may assume (their own too, if its trust policy names it), or leave out `policy:`.",
  );
}

type MintedAsk = Reached & {
  readonly name: string;
  readonly ask: SessionAsk;
  readonly host: SourceHost;
  readonly start: Start;
  readonly place: StsPlace;
  readonly role: string | undefined;
  readonly notices: readonly string[];
};

function mintedOf(minted: MintedAsk): Minted {
  const { name, ask, host, start, place, role, notices, credentials, skewMs, between = [] } = minted;
  const { expiresAt } = credentials;
  const fields = fieldsOf(credentials);
  fields.set("region", place.region);
  if (role !== undefined) fields.set("role-arn", role);
  if (expiresAt !== undefined) fields.set("expiration", expiresAt.toISOString());
  const who = role === undefined ? (start.kind === "held" ? start.holder : "") : role;
  const skew = describeSkew(skewMs);
  const policyNotice = ask.policy?.kind === "bucket" ? ask.policy.notice : undefined;
  return {
    value: credentialsFile(name, credentials),
    fields,
    // by STS's clock, as its end is
    ...(expiresAt !== undefined && { ...issueBySkew(skewMs, host.now()), expiresAt }),
    reach: ask.policy === undefined ? who : `${who}, for ${describeSessionPolicy(ask.policy)}`,
    keys: [...keysOf(start, credentials), ...between.flatMap(secretsOfCredentials)],
    notices: [
      ...(start.identity === undefined ? [] : identityNotices(name, start.identity)),
      ...place.notices,
      ...(policyNotice === undefined ? [] : [policyNotice]),
      ...notices,
      ...(skew === undefined ? [] : [skew]),
    ],
  };
}

/** What it began with: a token or keys that live longer than the session, or could make another. */
function keysOf(start: Start, given: AwsCredentials): Minted["keys"] & object {
  const token = start.identity === undefined ? [] : [start.identity.token];
  if (start.kind === "token") return token;
  if (start.token !== undefined) token.push(start.token);
  return start.credentials === given ? token : [...token, ...secretsOfCredentials(start.credentials)];
}
