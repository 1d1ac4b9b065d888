import type { Host } from "./host.ts";
import type { IdentityProvider } from "./identity.ts";
import { identityFromProgram } from "./printed-token.ts";

export type ExecIdentityOptions = { readonly command: readonly string[]; readonly audience?: string | undefined };

/** An identity token that a command prints; it is run again for each ask. */
export function createExecProvider(name: string, options: ExecIdentityOptions, host: Host): IdentityProvider {
  return async (ask) => {
    const audience = ask.audience ?? options.audience;
    return identityFromProgram(
      {
        name,
        from: "exec",
        command: options.command,
        audiences: audience === undefined ? [] : [audience],
        remedy: {
          content: "Let the command print the job's identity token and nothing else.",
          expired:
            "Let the command ask for a new token instead of printing one it has kept, and check this machine's clock.",
          audience: "Let the command ask for a token with that audience.",
        },
      },
      host,
      ask,
    );
  };
}
