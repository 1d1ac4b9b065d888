import { NotHere, SealError } from "../error.ts";
import type { Host } from "./host.ts";
import type { IdentityProvider } from "./identity.ts";
import { plain } from "./quoted.ts";
import { identityFromToken } from "./token.ts";
import { explainUnreadable, isValue, secretLimitBytes } from "./unreadable.ts";

export type FileIdentityOptions = { readonly path: string; readonly audience?: string | undefined };

/** An identity token in a file that somebody else keeps fresh. */
export function createFileProvider(name: string, options: FileIdentityOptions, host: Host): IdentityProvider {
  return async (ask) => {
    const path = plain(options.path, 400);
    const read = await host.readFile(options.path, secretLimitBytes);
    if (read.kind !== "read") {
      const { message, remedy } = explainUnreadable(read, "The token file", options.path);
      if (read.kind === "missing" && !isValue(options.path)) {
        return new NotHere(`the token file ${path} does not exist`, remedy);
      }
      throw new SealError("IDENTITY", message, remedy);
    }
    const audience = ask.audience ?? options.audience;
    return identityFromToken(read.bytes, {
      name,
      from: "file",
      place: `The token file ${path}`,
      audiences: audience === undefined ? [] : [audience],
      facts: { tokenFile: options.path },
      renewal: "read",
      nowMs: host.now(),
      remedy: {
        content: "Name the file that holds the job's identity token.",
        expired: "See that whoever writes this file renews it, and check this machine's clock.",
        audience: "Name a token that was issued for that audience.",
      },
    });
  };
}
