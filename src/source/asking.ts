import { NotHere, SealError } from "../error.ts";
import { describeDuration } from "../identity/duration.ts";
import type { Clock } from "./clock.ts";
import type { Minted, Source } from "./source.ts";

const limitMs = 90_000;

/**
 * Asks a source, for a limited time: whatever it waits for, nobody waits with it forever.
 * @throws IDENTITY, SOURCE
 */
export async function askSource(
  name: string,
  source: Source,
  clock: Clock,
  end: AbortSignal,
): Promise<Minted | NotHere> {
  const given = new AbortController();
  const giveUp = Promise.withResolvers<never>();
  const stop = (error: SealError) => {
    giveUp.reject(error);
    given.abort();
  };
  const ended = () => stop(endedError(name));
  const cancel = clock.after(limitMs, () => stop(lateError(name)), "holding");
  end.addEventListener("abort", ended, { once: true });
  if (end.aborted) ended();
  try {
    return await Promise.race([giveUp.promise, source.mint({ signal: given.signal })]);
  } catch (error) {
    if (error instanceof SealError) throw error;
    const message = `The source of the secret ${name} failed.`;
    throw new SealError("SOURCE", message, "BUILDSEAL_DEBUG=1 shows the cause.", { cause: error });
  } finally {
    cancel();
    end.removeEventListener("abort", ended);
  }
}

/**
 * The same, where there was a value before.
 * @throws IDENTITY, SOURCE
 */
export async function askSourceAgain(name: string, source: Source, clock: Clock, end: AbortSignal): Promise<Minted> {
  const answer = await askSource(name, source, clock, end);
  if (!(answer instanceof NotHere)) return answer;
  const message = `The secret ${name} can no longer be had: ${answer.reason}.`;
  throw new SealError("SOURCE", message, "See what took its source away while the build was running.");
}

/** What an asking ends with that the end of the build cut short. */
export function endedError(name: string): SealError {
  const message = `The build ended while the secret ${name} was being asked for.`;
  return new SealError("SOURCE", message, "Nothing needs to be done.");
}

function lateError(name: string): SealError {
  const message = `The source of the secret ${name} gave no answer within ${describeDuration(limitMs)}.`;
  return new SealError("SOURCE", message, "See that the server or command it asks is up.");
}
