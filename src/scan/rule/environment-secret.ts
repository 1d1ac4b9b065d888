import type { Severity } from "../../finding/finding.ts";
import { lengthOnly } from "../../finding/redact.ts";
import type { ContentRule, RuleContext, RuleText } from "../rule.ts";
import { isCode, isHarmlessName, isOfParts, isReadBySettingsRule } from "./judge/assignment.ts";
import { isOthers, severityIn } from "./judge/severity.ts";
import { isShaped } from "./judge/shaped.ts";
import { gradeOf } from "./judge/value.ts";

/** The end of a name, and the sign after it: what names of secrets end in. Small letters are those of settings. */
const ends = [
  "PASSWORD=",
  "PASSWD=",
  "PASSPHRASE=",
  "SECRET=",
  "TOKEN=",
  "_KEY=",
  "_PASS=",
  "_PAT=",
  "_PWD=",
  "CREDENTIALS=",
  "APIKEY=",
  "password=",
  "passwd=",
  "_token=",
  "_secret=",
  "api_key=",
];
const nameBefore = /(?<![A-Za-z0-9_])[A-Za-z][\w.-]{0,80}$/;
const valueAfter = /\\?(["']?)([^\s"'`\\\0;&|<>]{6,4096})/y;

/** Files that are nothing but variables: what was set is in them as it was. */
const dump =
  /(?:^|\/)(?:proc\/\d{1,8}\/environ|environ|core(?:\.\d{1,10})?|\.env[^/]{0,30}|[^/]{1,60}\.env|\.(?:bash|zsh|sh|ash|python|node_repl|psql|mysql|rediscli|irb|sqlite)_history|sccache[^/]{0,30}\.(?:log|txt)|etc\/environment|(?:docker-)?compose[^/]{0,30}\.ya?ml|secrets?\.(?:env|txt|sh)|etc\/profile\.d\/[^/]{1,60}|[^/]{0,40}printenv[^/]{0,10}|env\.(?:txt|log|sh)|\.(?:bashrc|profile|zshrc|bash_profile))$/;

/** Files with a rule of their own for such lines. */
const readByOthers =
  /(?:^|\/)(?:config\.(?:log|status|cache)|CMake(?:Cache\.txt|ConfigureLog\.yaml|Output\.log)|build\.ninja|gradle\.properties)$/;

/** Languages in which a value has quotes; without them it is a name, or a number. */
const code = /\.(?:[cm]?[jt]sx?|vue|svelte|py|go|java|kt|cs|rb|php|rs|c|cc|cpp|h|hpp|swift|scala)$/i;

/** A variable's assignment, wherever it stands: the image's own ENV, its history, dumps, scripts, cores. */
export const environmentSecret: ContentRule & RuleText = {
  id: "environment-secret",
  title: "A variable with a secret's name and value",
  severity: "error",
  what: "`NAME=value` where the name ends like a secret's (`…PASSWORD`, `…TOKEN`, `…SECRET`, `…_KEY`): in the image's ENV, labels and history (build arguments are written there), `.env` files, shell histories, copies of `/proc/*/environ`, core dumps, logs and scripts. A random value in an environment is an *error*, one that may be a word a *warning*.",
  why: "ENV and build arguments are part of the image: `docker inspect` and `docker history` show them to everybody who has it.",
  remedy: "Replace the secret. Give it to the step as a secret mount, and to the running container from outside.",
  literals: ends,
  before: 100,
  after: 4200,
  judge: (text, at, context) => {
    const { path } = context;
    if (readByOthers.test(path)) return undefined;
    const equals = text.indexOf("=", at);
    const name = nameBefore.exec(text.slice(Math.max(0, equals - 84), equals))?.[0];
    if (name === undefined || isHarmlessName(name)) return undefined;
    if (/[a-z]/.test(name) && isReadWhole(text, equals - name.length, name, path)) return undefined;
    valueAfter.lastIndex = equals + 1;
    const match = valueAfter.exec(text);
    const value = match?.[2]?.replace(/[),.]+$/, "");
    if (value === undefined || isCode(value)) return undefined;
    if (match![1] === "" && code.test(path) && !/["'`?& ]/.test(text[equals - name.length - 1] ?? "")) return undefined;
    const grade = gradeOf(value);
    const start = text.indexOf(value, equals + 1);
    const place = placeOf(text, equals - name.length, start + value.length, path);
    // Of other letters are texts for people.
    if (place === "text" && (isOfParts(value) || /[^\x21-\x7e]/.test(value))) return undefined;
    const severity = severityOf(grade, place, context);
    if (severity === undefined || isOwn(name, value)) return undefined;
    return {
      start,
      end: start + value.length,
      value,
      severity,
      what: `the value of a variable with the name of a secret (${name})`,
      redacted: lengthOnly(value.length),
      key: name,
    };
  },
};

/** Small letters in files of settings, and in addresses of databases, belong to rules that know more of them. */
function isReadWhole(text: string, start: number, name: string, path: string): boolean {
  return (name === "password" && /[?&;]/.test(text[start - 1] ?? "")) || isReadBySettingsRule(path);
}

type Place = "environment" | "text";

/** Without a path it is a string of the image's documents; between two zero bytes it is a process's environment. */
function placeOf(text: string, start: number, end: number, path: string): Place {
  if (path === "" || dump.test(path)) return "environment";
  const isBlock =
    text[start - 1] === "\0" &&
    text[end] === "\0" &&
    /=[^\0]{0,4000}\0$/.test(text.slice(Math.max(0, start - 90), start));
  return isBlock ? "environment" : "text";
}

function severityOf(grade: ReturnType<typeof gradeOf>, place: Place, context: RuleContext): Severity | undefined {
  if (grade === "nothing") return undefined;
  if (place === "environment") {
    const severity = grade === "random" ? "error" : grade === "word" ? "warning" : "info";
    return severityIn(context, severity);
  }
  // In a script or a text many values look random: only outside of what others published is it worth a look.
  return grade === "random" && !isOthers(context) ? "warning" : undefined;
}

/** What a rule of its own reports. */
function isOwn(name: string, value: string): boolean {
  return isShaped(value) || isShaped(`${name}=${value}`) || /:\/\/[^\s@]*@/.test(value);
}
