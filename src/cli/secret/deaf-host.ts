import { ExchangeError } from "../../identity/exchange/exchange.ts";
import type { Host } from "../../identity/host.ts";

/** A machine that reaches nobody, and tells whether anybody was to be asked: whose platform is not this one says so before. */
export function deafHost(host: Host): { readonly host: Host; readonly isAsked: () => boolean } {
  let isAsked = false;
  const ask = async (): Promise<{ readonly kind: "stopped" }> => {
    isAsked = true;
    return { kind: "stopped" };
  };
  const exchange: Host["exchange"] = async () => {
    isAsked = true;
    throw new ExchangeError("stopped", "nobody is asked", "", { wasSent: false });
  };
  return { host: { ...host, run: ask, exchange }, isAsked: () => isAsked };
}
