import { NotHere, SealError } from "../../error.ts";
import { NoneApplies, type Tried } from "../../identity/chain.ts";
import type { Host } from "../../identity/host.ts";
import { type NamedProvider, NotSetUp, OtherAudience } from "../../identity/identity.ts";
import { stsAudience } from "../../identity/irsa.ts";
import { deafHost } from "./deaf-host.ts";

/**
 * What a job lacks that has no web identity of its own and names no role, for a recipe that would take a session of any
 * identity: the role, where its platform gives it one, else what that platform says is missing. Nobody is asked for it.
 *
 * @param otherwise why there is no web identity: all that is to be said where no platform is here
 */
export async function missingRole(
  chain: (host: Host) => readonly NamedProvider[],
  host: Host,
  otherwise: NotHere,
): Promise<NotHere> {
  const looking = deafHost(host);
  const tried: Tried[] = [];
  for (const { from, provide } of chain(looking.host)) {
    const answer = await provide({ audience: stsAudience }).catch((error: unknown) => {
      if (error instanceof SealError) return error;
      throw error;
    });
    if (looking.isAsked() || !(answer instanceof NotHere || answer instanceof SealError)) return noRole(from);
    if (answer instanceof SealError) tried.push({ from, reason: answer.message.replace(/\.$/, ""), isNear: true });
    else
      tried.push({
        from,
        reason: answer.reason,
        isNear: answer instanceof NotSetUp || answer instanceof OtherAudience,
      });
  }
  return tried.some(({ isNear }) => isNear) ? new NoneApplies(tried) : otherwise;
}

function noRole(from: string): NotHere {
  return new NotHere(
    `the job has an identity (${from}), and no role to assume with it: set AWS_ROLE_ARN, or \`options: { roleArn: … }\``,
    "Set AWS_ROLE_ARN, or `options: { roleArn: … }`, to the ARN of the role whose trust policy names this identity",
  );
}
