import { NotHere, SealError } from "../error.ts";
import { commandRequest, explainOutcome, programOf } from "./command.ts";
import type { Host } from "./host.ts";
import { type Identity, type IdentityAsk, NotSetUp, type OtherAudience } from "./identity.ts";
import { identityFromToken, type TokenReading } from "./token.ts";

export type PrintedToken = {
  /** A program and its arguments. */
  readonly command: readonly string[];
  /** Of a platform's own program: where it is, for the reason where it is not. Left out: that is an error. */
  readonly whereFound?: string;
} & Pick<TokenReading, "name" | "from" | "audiences" | "remedy">;

/**
 * An identity token that a program prints; each call runs it again.
 * @throws IDENTITY if it fails
 */
export async function identityFromProgram(
  printed: PrintedToken,
  host: Host,
  ask: IdentityAsk,
): Promise<Identity | NotHere | OtherAudience> {
  const { command, whereFound, ...reading } = printed;
  const request = commandRequest(command, ask.signal);
  const outcome = await host.run(request);
  if (outcome.kind === "not-found" && whereFound !== undefined) {
    return new NotSetUp(`the program ${programOf(command)} is not on PATH, ${whereFound}`);
  }
  const problem = explainOutcome(outcome, request, host);
  if (problem !== undefined) throw new SealError("IDENTITY", problem.message, problem.remedy);
  const identity = identityFromToken(outcome.kind === "exited" ? outcome.stdout : new Uint8Array(), {
    ...reading,
    place: `The output of the command "${programOf(command)}"`,
    renewal: "mint",
    nowMs: host.now(),
  });
  // A command's output ends with a line break as a matter of course: nothing to tell.
  return identity instanceof NotHere ? identity : { ...identity, notices: [] };
}
