import { SealError } from "../error.ts";
import { commandRequest, explainOutcome, programOf } from "./command.ts";
import type { Host } from "./host.ts";
import type { IdentityProvider } from "./identity.ts";
import { identityFromToken } from "./token.ts";

export type ExecIdentityOptions = { readonly command: readonly string[]; readonly audience?: string | undefined };

/** An identity token that a command prints; it is run again for each ask. */
export function createExecProvider(name: string, options: ExecIdentityOptions, host: Host): IdentityProvider {
  return async (ask) => {
    const outcome = await host.run(commandRequest(options.command, ask.signal));
    const problem = explainOutcome(outcome, options.command, host);
    if (problem !== undefined) throw new SealError("IDENTITY", problem.message, problem.remedy);
    const audience = ask.audience ?? options.audience;
    const identity = identityFromToken(outcome.kind === "exited" ? outcome.stdout : new Uint8Array(), {
      name,
      from: "exec",
      place: `The output of the command "${programOf(options.command)}"`,
      audiences: audience === undefined ? [] : [audience],
      nowMs: host.now(),
      remedy: {
        content: "Let the command print the job's identity token and nothing else.",
        expired:
          "Let the command ask for a new token instead of printing one it has kept, and check this machine's clock.",
        audience: "Let the command ask for a token with that audience.",
      },
    });
    // A command's output ends with a line break as a matter of course: nothing to tell.
    return "token" in identity ? { ...identity, notices: [] } : identity;
  };
}
