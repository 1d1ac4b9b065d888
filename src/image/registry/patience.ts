import { Busy, Refusal, Silence } from "./http.ts";

/** How often something is asked for in a row without getting on, the first time included. */
const tries = 5;
/** Each takes as long as a registry may say nothing. */
const triesInSilence = 2;
const shortestWaitMs = 500;
/** All waits for one thing together, until it gets on. What a registry wants beyond it (a quota of some hours) nobody waits for. */
const longestWaitMs = 120_000;
/** After so many things in a row of which nothing came, a registry is held to be gone. */
const mostInVain = 3;

/** One thing that is asked for, until it is there. */
export type Turn = {
  /** It got on: its failures before count no more. */
  readonly gotOn: () => void;
  /** Waits until it may be asked for again. @throws what failed, where it is not to be */
  readonly failed: (error: unknown) => Promise<void>;
};

/**
 * Lets what is asked of a registry be asked again where that may help, and no longer than makes sense: what one blob has waited
 * for in vain, the next are not waited for as long, and at last they are not asked for.
 */
export function createPatience(wait: (ms: number) => Promise<void>): { readonly begin: () => Turn } {
  let inVain = 0;
  let last = "";

  /** @throws Refusal where the registry is held to be gone */
  function begin(): Turn {
    if (inVain >= mostInVain) throw new Refusal(`it was not asked for any more: ${last}, time after time`);
    let [failures, silences, waitedMs] = [0, 0, 0];
    return {
      gotOn: () => {
        inVain = 0;
        [failures, silences, waitedMs] = [0, 0, 0];
      },
      failed: async (error) => {
        if (error instanceof Refusal) {
          // it is there, and answers
          inVain = 0;
          throw error;
        }
        failures++;
        if (error instanceof Silence) silences++;
        const pauseMs = (error instanceof Busy ? error.pauseMs : undefined) ?? shortestWaitMs * 2 ** failures;
        waitedMs += pauseMs;
        const isEnough = failures >= (inVain > 0 ? 1 : tries) || silences >= triesInSilence || waitedMs > longestWaitMs;
        if (isEnough) {
          inVain++;
          last = error instanceof Error ? error.message : "unknown";
          throw error;
        }
        await wait(pauseMs);
      },
    };
  }

  return { begin };
}
