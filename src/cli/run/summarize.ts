import type { ContainerPlan } from "../../grant/container-plan.ts";
import { printRunSummary, type RunSummary } from "../../report/run-summary.ts";
import type { MaskHit } from "../../secret/mask.ts";
import type { Session } from "../build/session.ts";
import type { Ended } from "../secret/end.ts";
import type { Issued } from "../secret/issue.ts";
import type { ContainerCommand } from "./container-command.ts";

export type EndAsk = {
  readonly command: ContainerCommand;
  /** With the grants that held. */
  readonly plan: ContainerPlan;
  readonly issued: Issued;
  readonly ended: readonly Ended[];
  readonly masked: readonly MaskHit[];
  readonly session: Session;
};

/**
 * What is said when the container has ended, on stderr; with `--quiet` only what somebody has to see to. (What could not be
 * revoked was told when it was tried.)
 */
export function sayEnd({ command, plan, issued, ended, masked, session }: EndAsk): void {
  const { machine } = session;
  if (masked.length > 0 && !command.remove && command.isLogged) {
    machine.say(
      "warning: the container printed a secret: its own log (docker logs) holds that as it was printed until the container is removed. With --rm or --log-driver=none none is kept",
    );
  }
  if (!command.quiet) process.stderr.write(session.mask.text(printRunSummary(summaryOf(plan, issued, ended, masked))));
}

function summaryOf(
  plan: ContainerPlan,
  issued: Issued,
  ended: readonly Ended[],
  masked: readonly MaskHit[],
): RunSummary {
  return {
    gets: plan.grants.map(({ what }) => what),
    secrets: [...issued.minted].map(([name, minted]) => {
      const own = ended.filter((one) => one.name === name);
      return {
        name,
        from: issued.sources.get(name)?.kind ?? "",
        reach: minted.reach,
        lifeLeftMs: issued.freshness.lifeLeftMs(name),
        renewals: issued.freshness.renewals(name),
        end: own.find(({ end }) => end === "not-revoked")?.end ?? own.find(({ end }) => end === "revoked")?.end,
      };
    }),
    leftOut: [...issued.leftOut].map(([name, { reason }]) => ({ name, reason })),
    masked,
  };
}
