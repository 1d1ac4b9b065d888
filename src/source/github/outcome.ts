import { SealError } from "../../error.ts";
import { type ExchangeAnswer, ExchangeError } from "../../identity/exchange/exchange.ts";

/** What came of asking for something that is not to be made twice. */
export type Outcome = { readonly answer: ExchangeAnswer } | { readonly error: SealError };

export async function outcomeOf(asked: Promise<ExchangeAnswer>): Promise<Outcome> {
  try {
    return { answer: await asked };
  } catch (error) {
    if (error instanceof SealError) return { error };
    throw error;
  }
}

/** Of an outcome that is not what was asked for: whether it may have been made all the same. */
export function mayBeMade(outcome: Outcome): boolean {
  if ("answer" in outcome) {
    const { status } = outcome.answer;
    return status < 300 || (status >= 500 && status !== 503);
  }
  const { cause } = outcome.error;
  return cause instanceof ExchangeError && cause.wasSent;
}

/** The same error, with a sentence on what may be left behind. */
export function withDoubt(error: SealError, doubt: string, remedy = error.remedy): SealError {
  return new SealError(error.code, `${error.message} ${doubt}`, remedy, { cause: error });
}
