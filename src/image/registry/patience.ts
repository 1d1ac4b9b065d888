import type { Http, HttpAnswer } from "./http.ts";

/** How often something is asked for, the first time included. */
export const tries = 5;
const shortestWaitMs = 500;
const longestWaitMs = 30_000;

/** Asks a server again that is busy, as late as it says. Gives the last answer, whatever it is. */
export function patient(http: Http, wait: (ms: number) => Promise<void>): Http {
  return async (ask) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await http(ask);
      if (!isPassing(answer.status) || attempt === tries) return answer;
      answer.cancel();
      await wait(pauseOf(answer, attempt));
    }
  };
}

/** In milliseconds; twice as long each time. */
export function pauseAfter(attempt: number): number {
  return shortestWaitMs * 2 ** attempt;
}

function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

function pauseOf(answer: HttpAnswer, attempt: number): number {
  const asked = Number(answer.header("retry-after"));
  const pause = Number.isFinite(asked) && asked > 0 ? asked * 1000 : pauseAfter(attempt);
  return Math.min(pause, longestWaitMs);
}
