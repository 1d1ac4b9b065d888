import { SealError } from "../../error.ts";
import type { Host } from "../../identity/host.ts";
import { nearest } from "../../nearest.ts";
import type { Source } from "../source.ts";
import { isUnfilled } from "../unfilled.ts";
import { boxValue, lifetimeOf, lineBreakNotices } from "../value.ts";

export type EnvSourceOptions = { readonly name: string };

const forkRemedy = "In a fork's pull request CI systems give no secrets: leave this one out there.";

/** A variable of our own environment. It is as it was when we started: nothing can renew it. */
export function createEnvSource(name: string, options: EnvSourceOptions, host: Host): Source {
  const place = `The variable ${options.name}`;
  return {
    kind: "env",
    renewal: "never",
    watch: [],
    variables: [options.name],
    mint: async () => {
      const text = host.environment[options.name];
      if (text === undefined) {
        const message = `${place}, which the secret ${name} is read from, is not set.`;
        const near = nearest(options.name, Object.keys(host.environment));
        const meant = near === undefined ? "" : `Did you mean ${near}? `;
        throw new SealError("SOURCE", message, `${meant}Set it in the job. ${forkRemedy}`);
      }
      if (isUnfilled(text)) {
        const message = `${place}, which the secret ${name} is read from, holds an expression that nobody filled in.`;
        throw new SealError(
          "SOURCE",
          message,
          `See where the job sets it, and that there is such a secret. ${forkRemedy}`,
        );
      }
      const value = boxValue(name, new TextEncoder().encode(text), place);
      const notices = lineBreakNotices(value, place);
      return { value, fields: new Map(), ...lifetimeOf(value, place, host.now()), notices };
    },
  };
}
