import type { ClockReading } from "../../doctor/clock-check.ts";
import { skewMsOf } from "../../identity/exchange/answer.ts";
import type { Exchange } from "../../identity/exchange/exchange.ts";

/** An exchange that notes what time its servers say it is. */
export function recordClock(
  exchange: Exchange,
  now: () => number,
): { readonly exchange: Exchange; readonly readings: () => readonly ClockReading[] } {
  const readings: ClockReading[] = [];
  return {
    exchange: async (request) => {
      const answer = await exchange(request);
      const skewMs = skewMsOf(answer, now());
      if (skewMs !== undefined) readings.push({ host: new URL(request.url).host, skewMs });
      return answer;
    },
    readings: () => readings,
  };
}
