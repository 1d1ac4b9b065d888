import type { Content } from "./recipe.ts";
import { basicOf, lineOf } from "./value.ts";

/** A server that Git may log in to, by which secret, and as whom. */
export type GitHost = { readonly origin: string; readonly secret: string; readonly user: string };

export const credentialsTarget = "/run/secrets/git-credentials";

/**
 * What Git is told, and nothing of it is secret: who answers for which server, and that nobody else does. (An empty
 * `helper` takes away those that are set elsewhere: `store` would write the token into the image, `cache` keep it.)
 *
 * The helper is shell of its own, and every command in it is the shell's: Git hands helpers to `sh` anyway, and
 * `git credential-store --file` would try to write into the file after each success.
 */
export function configFile(hosts: readonly GitHost[], fromSsh: boolean): string {
  const lines = hosts.flatMap(({ origin }) => {
    const name = hostOfOrigin(origin);
    return [
      `[credential "${origin}"]`,
      "\thelper =",
      `\thelper = "!f() { test \\"$1\\" = get || return 0; while read -r host line; do if test \\"$host\\" = ${origin}; then printf '%s\\\\n' \\"$line\\"; fi; done <${credentialsTarget}; }; f"`,
      ...(fromSsh ? [`[url "${origin}/"]`, `\tinsteadOf = git@${name}:`, `\tinsteadOf = ssh://git@${name}/`] : []),
    ];
  });
  return `${lines.join("\n")}\n`;
}

/** One line for each part of each server's answer (gitcredentials, "Custom helpers"), after the server that it is for. */
export function credentials(hosts: readonly GitHost[]): Content {
  return {
    kind: "document",
    secrets: [...new Set(hosts.map(({ secret }) => secret))],
    render: (value) =>
      hosts
        .map(
          ({ origin, secret, user }) =>
            `${origin} username=${user}\n${origin} password=${lineOf(value(secret), secret)}\n`,
        )
        .join(""),
    forms: (value) => hosts.map(({ secret, user }) => basicOf(user, value(secret))),
  };
}

/** As ssh addresses have it: without the port, which is another one there. */
function hostOfOrigin(origin: string): string {
  return origin.replace(/^https?:\/\//, "").replace(/:\d+$/, "");
}
