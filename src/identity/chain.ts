import { NotHere, SealError } from "../error.ts";
import {
  type Identity,
  type IdentityAsk,
  type IdentityProvider,
  type NamedProvider,
  NotSetUp,
  OtherAudience,
} from "./identity.ts";

/** A provider that was asked and did not apply; `isNear`: its platform is here, and something is missing. */
export type Tried = { readonly from: string; readonly reason: string; readonly isNear: boolean };

/** Every provider of a chain was asked, and none applied. */
export class NoneApplies extends NotHere {
  readonly tried: readonly Tried[];

  constructor(tried: readonly Tried[]) {
    super(explainChain(tried));
    this.tried = tried;
  }
}

/** Nor does one apply, but there is a token for another audience: that was set up for somebody. */
export class NoneFits extends SealError {}

/**
 * Asks one provider after the other, in the order given, and takes the first identity: which one it is does not
 * depend on the clock. One that is set up wrongly stops the chain by its error, so that a mistake does not turn into
 * another identity.
 * @throws IDENTITY also if none applies, but one has a token for another audience: `NoneFits`.
 */
export function createChain(providers: readonly NamedProvider[]): IdentityProvider {
  return async (ask: IdentityAsk): Promise<Identity | NoneApplies> => {
    const tried: Tried[] = [];
    let other: OtherAudience | undefined;
    for (const { from, provide } of providers) {
      const answer = await provide(ask);
      if (!(answer instanceof NotHere)) return answer;
      if (answer instanceof OtherAudience) other ??= answer;
      tried.push({ from, reason: answer.reason, isNear: answer instanceof NotSetUp });
    }
    if (other !== undefined) throw withNear(other.error, tried);
    return new NoneApplies(tried);
  };
}

/** Why there is no identity: one reason per provider; first those whose platform is here, else in the order they were asked. */
export function explainChain(tried: readonly Tried[]): string {
  if (tried.length === 0) return "no kind of identity is configured";
  const sorted = [...tried.filter(({ isNear }) => isNear), ...tried.filter(({ isNear }) => !isNear)];
  return sorted.map(({ from, reason }) => `${from}: ${reason}`).join("; ");
}

/** A token for another audience is half the story where the platform would give the right one. */
function withNear({ code, message, remedy }: SealError, tried: readonly Tried[]): NoneFits {
  const near = tried.filter(({ isNear }) => isNear);
  const more = near.length === 0 ? message : `${message.replace(/\.$/, "")}; ${explainChain(near)}.`;
  return new NoneFits(code, more, remedy);
}
