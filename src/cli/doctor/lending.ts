import type { Clock } from "../../source/clock.ts";
import { createFollower, type Follower } from "../../source/follower.ts";
import type { Minted } from "../../source/source.ts";
import { type Ended, endAll } from "../secret/end.ts";
import { sayNotRevoked, sayStillAsked } from "../secret/say-ended.ts";

/** What issuers give only to be looked at: all of it is given back, whatever happens. */
export type Lending = {
  /** Aborted once nobody wants an answer any more. */
  readonly end: AbortSignal;
  readonly follow: Follower["follow"];
  readonly take: (name: string, minted: Minted) => void;
  /** Has all of it ended that issuers can end; once, however often it is asked for. What comes late is waited for. */
  readonly giveBack: () => Promise<readonly Ended[]>;
  /** The same where no result will be shown (a signal, an error): what could not be revoked is said. */
  readonly abandon: () => Promise<void>;
};

/** @param say tells the user, masked */
export function openLending(clock: Clock, say: (sentence: string) => void): Lending {
  const end = new AbortController();
  const lent: { readonly name: string; readonly minted: Minted }[] = [];
  const take = (name: string, minted: Minted): void => void lent.push({ name, minted });
  const { follow, settled } = createFollower(clock, take);
  let given: Promise<readonly Ended[]> | undefined;
  let abandoned: Promise<void> | undefined;

  const giveBack = (): Promise<readonly Ended[]> => {
    given ??= settled().then((unheard) => {
      sayStillAsked(unheard, say);
      return endAll(lent);
    });
    return given;
  };
  return {
    end: end.signal,
    follow,
    take,
    giveBack,
    abandon: () => {
      end.abort();
      abandoned ??= giveBack().then((ended) => sayNotRevoked(ended, say));
      return abandoned;
    },
  };
}
