import { SealError } from "../error.ts";
import { has, starts } from "./command-sign.ts";
import { type Laid, layFile, namedBy } from "./home-file.ts";
import { either } from "./own-writes.ts";
import type { Content, NeedsEnvMounts, Surroundings } from "./recipe.ts";
import { basicOf, wordOf } from "./value.ts";

/** A host without its port (a netrc knows none), who logs in there, and the secret that is the password. */
export type NetrcMachine = { readonly host: string; readonly user: string; readonly secret: string };

/**
 * A netrc file. One line for each machine: every reader takes that.
 *
 * @throws SealError GRANT where one host has two logins
 */
export function netrcOf(machines: readonly NetrcMachine[]): Content {
  const all = machines.map((machine) => ({ ...machine, host: machine.host.toLowerCase() }));
  const unique = all.filter((machine, at) => {
    const before = all.slice(0, at).find(({ host }) => host === machine.host);
    if (before === undefined) return true;
    if (before.user === machine.user && before.secret === machine.secret) return false;
    throw new SealError(
      "GRANT",
      `${machine.host} would have two logins in one netrc file`,
      "A netrc file knows hosts, not ports or paths: give that host one login",
    );
  });
  return {
    kind: "document",
    secrets: [...new Set(unique.map(({ secret }) => secret))],
    render: (value) =>
      unique
        .map(({ host, user, secret }) => `machine ${host} login ${user} password ${tokenOf(value(secret), secret)}\n`)
        .join(""),
    forms: (value) => unique.map(({ user, secret }) => basicOf(user, value(secret))),
  };
}

/** They read `~/.netrc` whatever NETRC says (curl before 8.16); Git is run by others, too. */
const homeReaders = either(starts("git|curl|wget"), has(/\bgit\+https?:/));

/** At `~/.netrc`, or where NETRC says (requests and so pip and poetry, uv, Go, curl 8.16 and later). */
export function layNetrc(
  step: Surroundings,
  machines: readonly NetrcMachine[],
  home: string | undefined,
): Laid | NeedsEnvMounts {
  const target = "/run/secrets/netrc";
  return layFile(step, {
    id: "netrc",
    content: netrcOf(machines),
    path: ".netrc",
    home,
    named: namedBy(step, "NETRC"),
    end: ".netrc",
    elsewhere: {
      variable: "NETRC",
      target,
      value: target,
      readers: { names: "Python, uv and Go", others: homeReaders },
    },
  });
}

/**
 * Its readers agree on no way to escape: Go and curl take a backslash as it is, Python as an escape; a `#` begins a comment
 * for curl; quotes are taken away by some.
 *
 * @throws SealError SOURCE, without the value
 */
function tokenOf(value: string, secret: string): string {
  const word = wordOf(value, secret);
  if (!/["'\\]/.test(word) && !word.startsWith("#")) return word;
  throw new SealError(
    "SOURCE",
    `Secret ${secret} has a quote, a backslash or a # at its beginning, which a netrc file cannot hold for all who read it`,
    "Have another password or token made",
  );
}
