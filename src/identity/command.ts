import { basename } from "node:path";
import { describeDuration } from "./duration.ts";
import type { CommandOutcome, CommandRequest, Host } from "./host.ts";
import { plain, quoted } from "./quoted.ts";
import { quoteStderr } from "./stderr.ts";
import { type Explanation, secretLimitBytes } from "./unreadable.ts";

/** Long enough for a helper that asks a server; a helper that waits for a person has none to ask. */
const commandTimeLimitMs = 60_000;

export function commandRequest(command: readonly string[], signal: AbortSignal | undefined): CommandRequest {
  return { command, timeLimitMs: commandTimeLimitMs, outputLimitBytes: secretLimitBytes, signal };
}

/** The program's name alone: an argument may be a value. */
export function programOf(command: readonly string[]): string {
  return plain(basename(command[0] ?? ""), 80);
}

/** Why a command gave nothing; `undefined` if it did well. What it printed on stdout is never shown. */
export function explainOutcome(
  outcome: CommandOutcome,
  { command, timeLimitMs }: CommandRequest,
  host: Pick<Host, "mask" | "environment">,
): Explanation | undefined {
  const program = `The command ${quoted(programOf(command), 80)}`;
  switch (outcome.kind) {
    case "exited":
      if (outcome.status === 0) return undefined;
      return {
        message: `${program} failed with status ${outcome.status}${quoteStderr(outcome, host)}.`,
        remedy: "Run it by hand in this job to see why.",
      };
    case "killed":
      return {
        message: `${program} was ended by ${outcome.signal}${quoteStderr(outcome, host)}.`,
        remedy: "Run it by hand in this job to see why.",
      };
    case "too-slow":
      return {
        message: `${program} did not end within ${describeDuration(timeLimitMs)} and was stopped${quoteStderr(outcome, host)}.`,
        remedy:
          "It runs without a terminal or input: see that it does not wait for a person or a server that does not answer.",
      };
    case "too-much":
      return {
        message: `${program} printed more than ${secretLimitBytes} bytes, which is no secret that BuildKit would take.`,
        remedy: "Let it print the secret alone.",
      };
    case "not-found":
      return { message: `${program} is not on this machine's PATH.`, remedy: "Install it, or give its full path." };
    case "not-executable":
      return {
        message: `${program} may not be run by this user.`,
        remedy: "Check its execute permission and its mount.",
      };
    case "stopped":
      return { message: `${program} was stopped as the build ended.`, remedy: "Nothing needs to be done." };
    case "failed":
      return {
        message: `${program} could not be started (${plain(outcome.code, 40)}).`,
        remedy: "Run it by hand in this job to see why.",
      };
  }
}
