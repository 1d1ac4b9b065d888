import { takesStdout } from "../dockerfile/shell/output.ts";
import { invocationOf } from "../dockerfile/shell/program.ts";
import type { Script, ShellCommand, Word } from "../dockerfile/shell/script.ts";
import { credentialName } from "../migrate/secret-name.ts";
import { credentialFile } from "./credential-file.ts";

/** A variable whose value is used as a credential, and how: one clause. */
export type CredentialUse = { readonly name: string; readonly how: string };

/** The uses in a script, each with the word that it stands in. */
export function* credentialUses({ commands }: Script): Iterable<CredentialUse & { readonly word: Word }> {
  for (const command of commands) {
    for (const { name, value } of command.assignments) {
      if (value.variables.length > 0 && isCredential(name)) {
        for (const variable of value.variables) yield { name: variable, how: `as ${name}`, word: value };
      }
    }
    // what is said to the log is a sentence, be it "refresh token: $DATE"
    if (isSaid(command)) continue;
    for (const word of texts(command)) {
      if (word.variables.length > 0) for (const use of credentialUsesIn(word.raw)) yield { ...use, word };
    }
    yield* writtenUses(command, commands);
    yield* argumentUses(command);
    yield* pipedUses(command, commands);
  }
}

function isSaid({ words, redirects, pipeTo, redirectedBy, within }: ShellCommand): boolean {
  if (within !== "script" || pipeTo !== undefined || redirectedBy !== undefined) return false;
  const program = words[0]?.value;
  return (program === "echo" || program === "printf") && !redirects.some(takesStdout);
}

/** The same by the text alone: in a URL, a header, an option or a line of a settings file. */
export function credentialUsesIn(text: string): CredentialUse[] {
  if (!text.includes("$")) return [];
  const uses: CredentialUse[] = [];
  for (const match of text.matchAll(IN_URL)) {
    const userinfo = match[1]!;
    const colon = userinfo.indexOf(":", userinfo.startsWith("${") ? userinfo.indexOf("}") : 0);
    for (const name of namesIn(userinfo.slice(colon + 1))) uses.push({ name, how: "in a URL" });
  }
  for (const match of text.matchAll(IN_HEADER)) {
    for (const name of namesIn(match[1]!)) uses.push({ name, how: "in a header" });
  }
  for (const match of text.matchAll(AS_VALUE)) {
    const [, key, value] = match as unknown as [string, string, string];
    if (isCredential(key))
      for (const name of namesIn(value)) uses.push({ name, how: `as ${key.replace(/^[-_]+/, "")}` });
  }
  return uses;
}

const IN_URL = /[a-z][a-z0-9+.-]{0,20}:\/\/([^\s@/"'`<>]{0,300}\$[^\s@/"'`<>]{1,300})@/gi;
const IN_HEADER =
  /(?:\bAuthorization:[ \t]{0,3}(?:\w{1,20}[ \t]{1,3})?|\b(?:PRIVATE-TOKEN|JOB-TOKEN|X-API-Key|X-Auth-Token|X-JFrog-Art-Api|X-Vault-Token|Api-Key):[ \t]{0,3})(\$\{?\w[^\s"']{0,200})/gi;
// --token=$X, _authToken=${X}, password $X
const AS_VALUE =
  /(?<![\w$])(-{0,2}[A-Za-z_][\w.-]{2,60})["']?(?:[ \t]{0,3}[=:][ \t]{0,3}|[ \t]{1,3})["']?(\$\{?\w[^\s"']{0,200})/g;

function namesIn(text: string): string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1]!).filter((name) => !namesPlace(name));
}

/** Where, or who, and not what one logs in with. */
export function namesPlace(name: string): boolean {
  return /(?:^|_)(?:file|path|dir|user|username|login|host|url|name)$/i.test(name);
}

function isCredential(name: string): boolean {
  const grade = credentialName(name.replace(/^-+/, ""))?.grade;
  return grade === "certain" || grade === "likely";
}

function texts(command: ShellCommand): Word[] {
  return [...command.words, ...command.redirects.flatMap(({ content }) => content ?? [])];
}

/** `echo "$KEY" > ~/.ssh/id_rsa`: all that a file of credentials holds. */
function* writtenUses(
  { words, redirects, redirectedBy }: ShellCommand,
  commands: readonly ShellCommand[],
): Iterable<CredentialUse & { readonly word: Word }> {
  const program = words[0]?.value;
  if (program !== "echo" && program !== "printf") return;
  const all = redirectedBy === undefined ? redirects : [...redirects, ...commands[redirectedBy]!.redirects];
  const target = all.findLast(takesStdout)?.target;
  const path = (target?.value ?? target?.raw.replace(/["']/g, "") ?? "").replace(
    /^(?:~|\$HOME|\$\{HOME\})\//,
    "/root/",
  );
  if (path === "" || !(credentialFile(path)?.severity === "error" || /(?:^|\/)\.npmrc$/.test(path))) return;
  for (const word of words) {
    const name = /^"?\$\{?([A-Za-z_]\w*)\}?"?$/.exec(word.raw)?.[1];
    if (name !== undefined && !namesPlace(name)) yield { name, how: `in ${path.replace(/^.*\//, "")}`, word };
  }
}

/** `--password $X`, `docker login -p $X`, `curl -u me:$X`, `npm config set …:_authToken $X`. */
function* argumentUses(command: ShellCommand): Iterable<CredentialUse & { readonly word: Word }> {
  const invocation = invocationOf(command);
  if (invocation === undefined) return;
  const { program, arguments: words } = invocation;
  if (PRINTERS.has(program)) return;
  for (const [index, word] of words.entries()) {
    if (word.variables.length === 0) continue;
    const before = words[index - 1]?.value ?? words[index - 1]?.raw ?? "";
    const how = howAfter(program, before, words);
    if (how === undefined) continue;
    const raw =
      USER_OPTIONS.has(before) && word.raw.includes(":") ? word.raw.slice(word.raw.indexOf(":") + 1) : word.raw;
    // -u "$LOGIN": the whole pair
    for (const name of namesIn(raw)) yield { name, how, word };
  }
}

const PRINTERS: ReadonlySet<string> = new Set(["echo", "printf", "test", "[", "[["]);
const USER_OPTIONS: ReadonlySet<string> = new Set(["-u", "--user", "--proxy-user"]);

function howAfter(program: string, before: string, words: readonly Word[]): string | undefined {
  if ((program === "curl" || program === "wget") && USER_OPTIONS.has(before)) return `as ${program}'s ${before}`;
  if (before.startsWith("--")) return isCredential(before) ? `as ${program}'s ${before}` : undefined;
  const first = words.find(({ value }) => value !== undefined && !value.startsWith("-"))?.value;
  if (before === "-p" && (first === "login" || first === "registry") && LOGINS.has(program))
    return `as ${program}'s -p`;
  if (program === "sshpass" && before === "-p") return "as sshpass's -p";
  if (first !== "config" && first !== "configure" && first !== "set" && first !== "login" && first !== "auth")
    return undefined;
  const key = before.split(/[:.]/).at(-1) ?? "";
  if (/^(?:github|gitlab|bitbucket)-(?:oauth|token)/.test(before)) return `by ${program} ${first}`;
  return key !== "" && isCredential(key) ? `by ${program} ${first}` : undefined;
}

const LOGINS: ReadonlySet<string> = new Set([
  "docker",
  "podman",
  "buildah",
  "skopeo",
  "crane",
  "helm",
  "oras",
  "nerdctl",
  "az",
]);

/** `echo $X | docker login --password-stdin` */
function* pipedUses(
  command: ShellCommand,
  commands: readonly ShellCommand[],
): Iterable<CredentialUse & { readonly word: Word }> {
  if (command.pipeTo === undefined) return;
  const reader = invocationOf(commands[command.pipeTo] ?? { words: [] });
  const takes = reader?.arguments.find(
    ({ value }) =>
      value !== undefined && /^--(?:password-stdin|with-token|password-from-stdin|token-stdin)$/.test(value),
  );
  if (reader === undefined || takes === undefined) return;
  for (const word of command.words.slice(1)) {
    for (const name of word.variables)
      if (!namesPlace(name)) yield { name, how: `by ${reader.program} ${takes.value}`, word };
  }
}
