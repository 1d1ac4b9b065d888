import type { Config } from "../../config/config.ts";
import { allowNamedIdentity, allowsHost, cachedRule, type Policy, requireGate } from "../../grant/policy.ts";
import { isBuiltIn, type Purpose } from "../../identity/exchange/built-in.ts";
import { checkAddress, isLoopback } from "../../identity/exchange/host-rule.ts";
import type { SourceConfig } from "../../source/kind/kind.ts";
import { type Check, fine, noted, type Place } from "../check.ts";
import { allowWhole, judged, type PlaceOf, type PolicyAsk } from "./judge.ts";

/** What a configuration asks for, key by key, against the policy. */
export function configChecks(config: Config, placeOf: PlaceOf, ask: PolicyAsk): Check[] {
  return [
    ...identityChecks(config, placeOf, ask),
    ...secretChecks(config, placeOf, ask),
    ...gateChecks(config, placeOf, ask.policy),
  ];
}

function identityChecks({ identities = {} }: Config, placeOf: PlaceOf, { policy, allowExec }: PolicyAsk): Check[] {
  return Object.entries(identities).map(([name, identity]) => {
    const says = `identity ${name}: ${identity.from}${commandOf(identity)}`;
    return judged(`identity.${name}`, says, placeOf(["identities", name]), () =>
      allowNamedIdentity(policy, name, identity, { exec: allowExec }),
    );
  });
}

/** Keys of a source that say where a credential goes, and what for. */
const addressKeys: readonly (readonly [from: SourceConfig["from"], key: string, purpose: Purpose])[] = [
  ["aws-session", "stsEndpoint", "sts"],
  ["github-app", "apiUrl", "github-api"],
  ["huggingface", "endpoint", "huggingface"],
  ["nosana", "endpoint", "nosana"],
  ["octo-sts", "endpoint", "octo-sts"],
];
/** Keys of a source that are sources themselves. */
const innerKeys = ["privateKey", "wallet"] as const;

function secretChecks(
  { secrets = {}, identities = {} }: Config,
  placeOf: PlaceOf,
  { policy, allowExec }: PolicyAsk,
): Check[] {
  return Object.entries(secrets).flatMap(([name, source]) => {
    const path = ["secrets", name];
    const id = `secret.${name}`;
    const allow = (one: SourceConfig) => () => allowWhole(name, one, { policy, allowExec });
    const own = judged(id, `secret ${name}: ${source.from}${commandOf(source)}`, placeOf(path), allow(source));
    const given: Readonly<Record<string, unknown>> = source;
    const inner = innerKeys.flatMap((key) => {
      const one = given[key] as SourceConfig | undefined;
      if (one === undefined) return [];
      const says = `secret ${name}: its ${key} from ${one.from}${commandOf(one)}`;
      return [judged(`${id}.${key}`, says, placeOf([...path, key]), allow(one))];
    });
    const who = given["identity"];
    // an entry of `identities:` has its own line
    const byKind =
      typeof who === "string" && !Object.hasOwn(identities, who)
        ? [
            judged(`${id}.identity`, `secret ${name}: by identity ${who}`, placeOf([...path, "identity"]), () =>
              allowNamedIdentity(policy, who, { from: who }, { exec: allowExec }),
            ),
          ]
        : [];
    const addresses = addressKeys.flatMap(([from, key, purpose]) => {
      const text = source.from === from ? given[key] : undefined;
      const url = typeof text === "string" ? URL.parse(text) : null;
      if (url === null) return [];
      const says = `secret ${name}: a credential goes to ${url.host}`;
      return [hostCheck(`${id}.${key}`, says, url, purpose, placeOf([...path, key]), policy)];
    });
    return [own, ...inner, ...byKind, ...addresses];
  });
}

function hostCheck(id: string, says: string, url: URL, purpose: Purpose, where: Place, policy: Policy): Check {
  const check = judged(id, says, where, () =>
    checkAddress(url, { namedBy: "configuration", purpose }, (host) => allowsHost(policy, host)),
  );
  if (check.state !== "ok") return check;
  const how = isLoopback(url.hostname) ? "this machine" : isBuiltIn(url.hostname, purpose) ? "built in" : "in `hosts`";
  return { ...check, says: `${says} (${how})` };
}

/** The program's name alone: an argument may be a value. */
function commandOf(source: object): string {
  const command = "command" in source && Array.isArray(source.command) ? (source.command as unknown[]) : [];
  return command.length === 0 ? "" : `, runs ${String(command[0])}`;
}

function gateChecks({ scan = {} }: Config, placeOf: PlaceOf, policy: Policy): Check[] {
  const { mode, cached } = scan;
  const gate =
    mode === undefined
      ? []
      : [judged("gate.mode", `scan.mode: ${mode}`, placeOf(["scan", "mode"]), () => requireGate(policy, mode))];
  if (cached === undefined) return gate;
  const holds = cachedRule(policy, cached);
  const where = placeOf(["scan", "cached"]);
  const check =
    holds === cached
      ? fine("gate.cached", `scan.cached: ${cached}`)
      : noted("gate.cached", `scan.cached: ${cached}, and the policy makes it ${holds}`);
  return [...gate, { ...check, where }];
}
