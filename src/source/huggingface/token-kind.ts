import type { Secret } from "../../secret/secret.ts";
import type { Resource } from "./resource.ts";

/** What the token can reach, by its own prefix; `notice` where that is not what was asked for. */
export function describeReach(
  name: string,
  value: Secret,
  resource: Resource,
): { readonly reach: string; readonly notice: string | undefined } {
  const text = value.exposeText();
  if (text.startsWith("hf_jwt_")) {
    return {
      reach: `hf_jwt_: writes to ${resource.shown} and to nothing else; reads it alone where its publisher is read-only`,
      notice:
        resource.kind === "repository"
          ? undefined
          : `The secret ${name} is a token for one repository (hf_jwt_), though a user's account was named.`,
    };
  }
  if (text.startsWith("hf_oauth_")) {
    return {
      reach: `hf_oauth_: reads what ${resource.kind === "user" ? resource.shown : "an account"} may read of gated repositories; writes nothing`,
      notice:
        resource.kind === "user"
          ? undefined
          : `The secret ${name} is a token for a user's account (hf_oauth_), though a repository was named: it can write nothing.`,
    };
  }
  const reach = `a token of a kind that buildseal does not know, for ${resource.shown}`;
  return { reach, notice: `The secret ${name} is ${reach}: what it can reach is not known.` };
}
