import type { Severity } from "../../finding/finding.ts";
import { lengthOnly } from "../../finding/redact.ts";
import type { PlaceRule, RuleContext, RuleText, Verdict } from "../rule.ts";
import { isHarmlessName } from "./judge/assignment.ts";
import { secretEntries } from "./judge/secret-object.ts";
import { severityIn } from "./judge/severity.ts";
import { isShaped } from "./judge/shaped.ts";
import { gradeOf, type ValueGrade } from "./judge/value.ts";

/** A secret's own object, to the next one. */
const object = /^---/m;
const isSecret = /^kind:[ \t]{1,4}["']?Secret["']?[ \t]{0,8}\r?$/m;
/** The lines below it that are further in. */
const block = /^(?<name>data|stringData):[ \t]{0,8}\r?\n(?<lines>(?:[ \t]{1,40}[^\n]*(?:\n|$)|\r?\n)+)/gm;
const entry =
  /^[ \t]{1,40}["']?(?<key>[\w.-]{1,120})["']?:[ \t]{1,8}["']?(?<value>[^\s"'{|>][^\s"']{3,8192})["']?[ \t]{0,8}\r?$/gm;
const variable =
  /^[ \t-]{0,60}name:[ \t]{1,4}["']?(?<key>\w{0,80}(?:PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|APIKEY|_KEY|_PASS|_PWD))["']?[ \t]{0,8}\r?\n[ \t]{1,60}value:[ \t]{1,4}["']?(?<value>[^\s"'{}#][^\s"'{}]{3,4096})["']?[ \t]{0,8}\r?$/gm;
const variableInJson =
  /"name"\s{0,40}:\s{0,40}"(?<key>\w{0,80}(?:PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|APIKEY|_KEY|_PASS|_PWD))"\s{0,40},\s{0,40}"value"\s{0,40}:\s{0,40}"(?<value>[^\s"\\{}#][^\s"\\{}]{3,4096})"/g;
/** What is kept beside a password, and is none. */
const plainKey =
  /^(?:.*[._-])?(?:user(?:name)?|login|host(?:name)?|port|url|uri|endpoint|database|(?:db)?name|region|bucket|email|type|namespace|ca\.crt|tls\.crt)$/i;

const severities: Readonly<Record<ValueGrade, Severity | undefined>> = {
  nothing: undefined,
  weak: "info",
  word: "warning",
  random: "error",
};

export const kubernetesManifest: PlaceRule & RuleText = {
  id: "kubernetes-manifest",
  title: "A secret in a manifest of Kubernetes",
  severity: "error",
  what: "In YAML and in JSON, values of a `kind: Secret` (`stringData`, and `data` in base64), and variables of containers with the name of a secret that have a value instead of a reference. Random values are an *error*, words a *warning*; sealed secrets and templates are none.",
  why: "Base64 is no encryption, and manifests are copied with the repository that they lie in.",
  remedy:
    "Replace the secret, keep the manifest out of the image, and refer to a Secret that is made in the cluster (`secretKeyRef`).",
  place:
    /(?:deploy|k8s|kube|manifest|secret|helm|chart|kustom|overlay|statefulset|daemonset|cronjob|pod|stack|infra)[^/]{0,60}(?:\/[^/]{1,100}){0,4}\.ya?ml$|(?:secret|k8s|kube|deploy|manifest)[^/]{0,20}\.json$/,
  read: (text, context) => {
    if (context.path.endsWith(".json")) return inJson(text, context);
    const found = [...text.matchAll(variable)].flatMap((match) =>
      isHarmlessName(match.groups!["key"]!) ? [] : verdictOf(match, 0, match.groups!["value"]!, context),
    );
    let offset = 0;
    for (const part of text.split(object)) {
      const start = text.indexOf(part, offset);
      offset = start + part.length;
      if (isSecret.test(part)) found.push(...ofSecret(part, start, context));
    }
    return found;
  },
};

/** As `kubectl -o json` writes it: one object, or a list of them. */
function inJson(text: string, context: RuleContext): Verdict[] {
  if (!/"apiVersion"\s{0,40}:/.test(text)) return [];
  const found = [...text.matchAll(variableInJson)].flatMap((match) =>
    isHarmlessName(match.groups!["key"]!) ? [] : verdictOf(match, 0, match.groups!["value"]!, context),
  );
  for (const { block: name, key, value } of secretEntries(text)) {
    const plain = name === "data" ? decoded(value) : value;
    const start = text.indexOf(`"${value}"`) + 1;
    // One with an escape in it stands nowhere as it is.
    if (start === 0 || plain === undefined || /\s/.test(plain) || plainKey.test(key)) continue;
    found.push(...verdictAt(start, key, value, plain, context));
  }
  return found;
}

function ofSecret(part: string, offset: number, context: RuleContext): Verdict[] {
  return [...part.matchAll(block)].flatMap((match) => {
    const { name, lines } = match.groups as { name: string; lines: string };
    const from = offset + match.index + match[0].length - lines.length;
    return [...lines.matchAll(entry)].flatMap((one) => {
      const { key, value } = one.groups as { key: string; value: string };
      const plain = name === "data" ? decoded(value) : value;
      return plain === undefined || plainKey.test(key) ? [] : verdictOf(one, from, plain, context);
    });
  });
}

/** One line of text; files in base64 (keys, logins of registries) have rules of their own. */
function decoded(base64: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{4,4096}={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined;
  const text = Buffer.from(base64, "base64").toString("latin1").trimEnd();
  return /^[\x21-\x7e]{4,2048}$/.test(text) ? text : undefined;
}

function verdictOf(match: RegExpMatchArray, offset: number, plain: string, context: RuleContext): Verdict[] {
  const { key, value } = match.groups as { key: string; value: string };
  return verdictAt(offset + match.index! + match[0].lastIndexOf(value), key, value, plain, context);
}

function verdictAt(start: number, key: string, value: string, plain: string, context: RuleContext): Verdict[] {
  const severity = severities[gradeOf(plain)];
  if (severity === undefined || isShaped(plain) || isShaped(`${key}=${plain}`)) return [];
  return [
    {
      start,
      end: start + value.length,
      value,
      severity: severityIn(context, severity),
      what: "a secret in a manifest of Kubernetes",
      redacted: lengthOnly(value.length),
      key,
    },
  ];
}
