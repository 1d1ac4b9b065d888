import type { Identity } from "../../identity/identity.ts";
import type { Secret } from "../../secret/secret.ts";
import type { SourceHost } from "../source.ts";
import { type AwsCredentials, secretsOfCredentials } from "./credentials.ts";
import { explainRefusal, type RefusalAbout } from "./refusal.ts";
import { openSts, type RoleAsk, type Sts, StsRefused, type StsSession } from "./sts.ts";
import { messageOf } from "./sts-answer.ts";
import type { StsPlace } from "./sts-place.ts";

/** Who asks: an identity's token, or credentials, and whose they are. */
export type Asker =
  | { readonly kind: "token"; readonly identity: Identity }
  | { readonly kind: "held"; readonly credentials: AwsCredentials; readonly holder: string };

export type AssumePorts = {
  readonly name: string;
  readonly place: StsPlace;
  readonly host: SourceHost;
  readonly signal: AbortSignal | undefined;
  readonly tell: (notice: string) => void;
};

/** What STS gives for a session that was made by another one, and what every role allows. */
const hourSeconds = 3600;

/**
 * A session of a role. How long one of it may live cannot be known before: where it is less than what was asked for,
 * it is asked for an hour, which every role allows.
 *
 * @throws SOURCE, POLICY
 */
export async function assumeRole(
  role: RoleAsk,
  asker: Asker,
  ports: AssumePorts,
  skewMs?: number,
): Promise<StsSession> {
  const about = aboutOf(role.roleArn, asker, ports);
  const ask = (asked: RoleAsk) =>
    askSts(ports, skewMs, (sts) =>
      asker.kind === "token"
        ? sts.withWebIdentity({ ...asked, token: asker.identity.token })
        : sts.withCredentials({ ...asked, credentials: asker.credentials }),
    );
  const allowed = { ...role, durationSeconds: allowedSeconds(role.durationSeconds, asker, ports.tell) };
  const answer = await ask(allowed);
  if (!(answer instanceof StsRefused)) return answer;
  if (!isTooLong(answer, allowed)) throw explainRefusal(answer, about, ports.host);
  const shorter = await ask({ ...role, durationSeconds: hourSeconds });
  if (shorter instanceof StsRefused) throw explainRefusal(shorter, about, ports.host);
  ports.tell(
    `the role allows no session of ${allowed.durationSeconds} s (its MaxSessionDuration): this one lives ${hourSeconds} s`,
  );
  return shorter;
}

/**
 * A session of a user's own, made of keys that never end.
 *
 * @throws SOURCE, POLICY
 */
export async function sessionOfUser(
  asker: Extract<Asker, { kind: "held" }>,
  durationSeconds: number | undefined,
  ports: AssumePorts,
): Promise<StsSession> {
  const answer = await askSts(ports, undefined, (sts) =>
    sts.ofUser({ credentials: asker.credentials, durationSeconds }),
  );
  if (!(answer instanceof StsRefused)) return answer;
  throw explainRefusal(answer, { ...aboutOf(undefined, asker, ports), action: "GetSessionToken" }, ports.host);
}

/** Who has a session already gets an hour and no more (role chaining; IAM, "Terms and concepts"). */
function allowedSeconds(wanted: number | undefined, asker: Asker, tell: AssumePorts["tell"]): number | undefined {
  const isChained = asker.kind === "held" && asker.credentials.sessionToken !== undefined;
  if (wanted === undefined || wanted <= hourSeconds || !isChained) return wanted;
  tell(
    `a session that is made by another one lives an hour at most: \`durationSeconds: ${wanted}\` is cut to ${hourSeconds}`,
  );
  return hourSeconds;
}

function isTooLong(refused: StsRefused, { durationSeconds = hourSeconds }: RoleAsk): boolean {
  if (durationSeconds <= hourSeconds || !refused.code.startsWith("Validation")) return false;
  return /DurationSeconds|MaxSessionDuration/i.test(messageOf(refused.answer));
}

async function askSts(
  { name, place, host, signal }: AssumePorts,
  skewMs: number | undefined,
  ask: (sts: Sts) => Promise<StsSession>,
): Promise<StsSession | StsRefused> {
  try {
    return await ask(await openSts({ name, place, host, signal, skewMs }));
  } catch (error) {
    if (error instanceof StsRefused) return error;
    throw error;
  }
}

function aboutOf(roleArn: string | undefined, asker: Asker, { place }: AssumePorts): RefusalAbout {
  const sent: readonly Secret[] =
    asker.kind === "token" ? [asker.identity.token] : secretsOfCredentials(asker.credentials);
  return {
    action: asker.kind === "token" ? "AssumeRoleWithWebIdentity" : "AssumeRole",
    place,
    roleArn,
    identity: asker.kind === "token" ? asker.identity : undefined,
    holder: asker.kind === "held" ? asker.holder : undefined,
    sent,
  };
}
