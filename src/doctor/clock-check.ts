import { describeDuration } from "../identity/duration.ts";
import { type Check, fine, noted, odd, wrong } from "./check.ts";

/** How far this machine's clock is ahead of a server's, by the server's Date header: it has whole seconds. */
export type ClockReading = { readonly host: string; readonly skewMs: number };

/** What identity tokens and signatures commonly bear. */
const warnMs = 60_000;
/** AWS refuses a signature at 15 minutes, GitHub an App's token at one, many issuers a token at five. */
const errorMs = 5 * 60_000;

const remedy =
  "Set this machine's clock (NTP: `timedatectl`, `chronyc makestep`); tokens and signatures are judged by it";

/** The clock against all servers that answered. One server's clock can be wrong: where they differ, the nearest one counts. */
export function clockCheck(readings: readonly ClockReading[]): Check {
  const id = "machine.clock";
  const [nearest] = readings.toSorted((a, b) => Math.abs(a.skewMs) - Math.abs(b.skewMs));
  if (nearest === undefined) return noted(id, "the clock was compared with nobody's: no server was asked");
  const { host, skewMs } = nearest;
  const sizeMs = Math.abs(skewMs);
  if (sizeMs < warnMs) return fine(id, `the clock agrees with ${host}`);
  const says = `the clock is ${describeDuration(sizeMs)} ${skewMs > 0 ? "ahead of" : "behind"} ${host}`;
  return sizeMs < errorMs ? odd(id, says, remedy) : wrong(id, says, remedy);
}
