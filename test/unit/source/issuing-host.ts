import { createExchange } from "../../../src/identity/exchange/create-exchange.ts";
import type { Exchange } from "../../../src/identity/exchange/exchange.ts";
import { createSend } from "../../../src/system/exchange.ts";
import { type FakeHost, fakeHost } from "../identity/fake-host.ts";

/** The real exchange on the real network stack, with a clock of the test's own. Between two tries it does not wait. */
function exchangeAt(now: () => number): Exchange {
  return createExchange({
    send: createSend({}),
    isAllowed: () => false,
    now,
    // a try is waited for some 400 ms to 4 s; longer is the limit of a whole exchange, which ends with it
    wait: (delayMs, signal) =>
      delayMs <= 4000
        ? Promise.resolve()
        : new Promise((done) => {
            signal.addEventListener("abort", () => done());
            if (signal.aborted) done();
          }),
    random: () => 0,
  });
}

/** A machine whose files and variables are the test's, and whose network is this machine's. */
export function issuingHost(now: () => number, given: Parameters<typeof fakeHost>[0] = {}): FakeHost {
  return { ...fakeHost(given), now, exchange: exchangeAt(now) };
}
