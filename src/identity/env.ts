import { NotHere } from "../error.ts";
import type { Host } from "./host.ts";
import type { IdentityProvider } from "./identity.ts";
import { identityFromToken } from "./token.ts";

export type EnvIdentityOptions = { readonly name: string; readonly audience?: string | undefined };

/** An identity token in a variable, as GitLab's `id_tokens` make it. It cannot be renewed within the job. */
export function createEnvProvider(name: string, options: EnvIdentityOptions, host: Host): IdentityProvider {
  return async (ask) => {
    const value = host.environment[options.name];
    if (value === undefined) return new NotHere(`the variable ${options.name} is not set`);
    const audience = ask.audience ?? options.audience;
    return identityFromToken(new TextEncoder().encode(value), {
      name,
      from: "env",
      place: `The variable ${options.name}`,
      audiences: audience === undefined ? [] : [audience],
      renewal: "never",
      nowMs: host.now(),
      remedy: {
        content: "Set it to the job's identity token, or unset it.",
        expired:
          "A variable stays as it was when the job began: ask the CI for a longer-lived token, or start the job again.",
        audience: "Ask the CI for a token with that audience (GitLab: `id_tokens: { NAME: { aud: … } }`).",
      },
    });
  };
}
