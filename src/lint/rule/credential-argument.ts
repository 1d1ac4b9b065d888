import { type Invocation, invocationOf } from "../../dockerfile/shell/program.ts";
import type { Script, Word } from "../../dockerfile/shell/script.ts";
import { literalSecretsIn } from "../assigned-secret.ts";
import { type CredentialOption, credentialOptions } from "../consumer.ts";
import { isPlaceholder, isReference } from "../placeholder.ts";
import type { LintRule } from "../rule.ts";
import { secretsIn } from "../secret-shape.ts";

export const credentialArgument: LintRule = {
  id: "credential-argument",
  severity: "error",
  title: "A command is given a literal password or token as an argument",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "`curl -u user:password`, an `Authorization:` or `PRIVATE-TOKEN:` header with a literal, `docker login -p`, `wget --password`, `sshpass -p` and the like, where the value is written out. Variables, placeholders and requests to the step's own host are passed over; secrets that have a shape of their own have `secret-in-command`.",
    why: "The command with its arguments is in the image's history and in the repository, and every process of the step can read it in the process list.",
    example: "FROM alpine:3.22\nRUN curl -u deploy:(password) -O https://example.com/app.tar.gz",
    instead:
      "FROM alpine:3.22\nRUN --mount=type=secret,id=netrc,target=/root/.netrc,required=true curl --netrc -O https://example.com/app.tar.gz",
  },
  *check({ steps }) {
    for (const linted of steps) {
      if (!MAY_HOLD.test(linted.step.body)) continue;
      const { step, script, place } = linted;
      let reported: ReadonlySet<string> | undefined;
      for (const [index, command] of script.commands.entries()) {
        const invocation = invocationOf(command);
        if (invocation === undefined || isLocal(invocation)) continue;
        for (const { value, from, what, instead } of [
          ...literalsOf(invocation),
          ...pipedLiterals(invocation, index, script),
        ]) {
          reported ??= reportedIn(step.body);
          if (reported.has(value)) continue;
          const where = place(from, from + value.length);
          const stage = step.stage.name ?? step.stage.index;
          yield {
            ...where,
            message: `${invocation.program} is given ${what} as text (${value.length} characters): it stays in the image's history`,
            remedy: `Change it, and ${instead}.`,
            key: `${stage} ${invocation.program} ${what}`,
            hide: [where],
          };
        }
      }
    }
  },
};

/** The values that secret-in-command reports. */
function reportedIn(body: string): ReadonlySet<string> {
  const sure = literalSecretsIn(body).filter(({ doubtful }) => !doubtful);
  return new Set(sure.map(({ start, end }) => body.slice(start, end)));
}

// reading a script costs more than a look at its text
const MAY_HOLD = /curl|wget|login|passw|-p|token/i;

type Literal = { readonly value: string; readonly from: number; readonly what: string; readonly instead: string };

function* literalsOf(invocation: Invocation): Iterable<Literal> {
  const { program, arguments: words } = invocation;
  const options = credentialOptions.filter((one) => one.program.test(program));
  const text = options.some((one) => one.arguments)
    ? words
        .map(({ raw }) => raw)
        .join(" ")
        .slice(0, 1000)
    : "";
  for (const option of options) {
    if (option.arguments !== undefined && !option.arguments.test(text)) continue;
    yield* valuesOf(words, option);
  }
  if (program === "curl" || program === "wget") yield* headersOf(words);
}

/** `echo TEXT | docker login --password-stdin` */
function* pipedLiterals({ program, arguments: words }: Invocation, index: number, script: Script): Iterable<Literal> {
  if (!words.some(({ value }) => value === "--password-stdin" || value === "--with-token")) return;
  for (const command of script.commands) {
    if (command.pipeTo !== index || !/^(?:echo|printf)$/.test(command.words[0]?.value ?? "")) continue;
    const word = command.words.at(-1)!;
    if (command.words.length < 2 || word.value === undefined || !isLiteral(word.value)) continue;
    const from = textStart(word);
    const instead = `give it from the mounted file: ${program} … --password-stdin < /run/secrets/NAME`;
    yield { value: word.value, from, what: "a password on its input", instead };
  }
}

function* valuesOf(words: readonly Word[], { options, pair, instead }: CredentialOption): Iterable<Literal> {
  for (const [at, word] of words.entries()) {
    const found = optionValue(word, words[at + 1], options);
    if (found === undefined) continue;
    const colon = pair ? found.value.indexOf(":") : -1;
    if (pair && colon < 1) continue;
    const value = found.value.slice(colon + 1);
    if (!isLiteral(value)) continue;
    const what = pair
      ? "a user and a password"
      : `a credential (${options.find((option) => word.raw.startsWith(option))})`;
    yield { value, from: found.from + colon + 1, what, instead };
  }
}

/** The value of one of the options, in the next word or its own. */
function optionValue(
  word: Word,
  next: Word | undefined,
  options: readonly string[],
): { value: string; from: number } | undefined {
  for (const option of options) {
    if (word.value === option)
      return next?.value === undefined ? undefined : { value: next.value, from: textStart(next) };
    const glued = option.startsWith("--") ? `${option}=` : option;
    if (word.value === undefined || !word.value.startsWith(glued) || word.value === option) continue;
    if (option.length > 2 && !option.startsWith("--")) continue;
    return { value: word.value.slice(glued.length), from: textStart(word) + glued.length };
  }
  return undefined;
}

/** Where a quoted word's text begins. */
function textStart({ start, raw }: Word): number {
  return /^["']/.test(raw) ? start + 1 : start;
}

const HEADER =
  /^(?:header=)?(?:(?:proxy-)?authorization:\s{0,5}(?:(?:basic|bearer|token|apikey|negotiate)\s{1,5})?|(?:private-token|job-token|x-api-key|x-auth-token|x-jfrog-art-api|x-vault-token|api-key):\s{0,5})(\S.*)$/i;

function* headersOf(words: readonly Word[]): Iterable<Literal> {
  for (const [at, word] of words.entries()) {
    const before = words[at - 1]?.value;
    const glued = word.value?.startsWith("--header=") ? 9 : /^-H./.test(word.value ?? "") ? 2 : 0;
    if (word.value === undefined || (glued === 0 && before !== "-H" && before !== "--header")) continue;
    const found = HEADER.exec(word.value.slice(glued, 2000));
    if (found === null || !isLiteral(found[1]!)) continue;
    const from = textStart(word) + glued + found[0].length - found[1]!.length;
    const header = found[0].slice(0, -found[1]!.length).replace(/^header=/i, "");
    yield {
      value: found[1]!,
      from,
      what: `the header ${found[0].slice(0, found[0].indexOf(":"))}`,
      instead: `mount the secret and write --header "${header}$(cat /run/secrets/NAME)", with RUN --mount=type=secret,id=NAME,required=true`,
    };
  }
}

/** Somebody's own text: no variable, no word of documentation, no shaped secret (that has a rule of its own). */
function isLiteral(value: string): boolean {
  if (value.length < 4 || /^(?:QQ==|none|anonymous|public|guest)$/i.test(value) || isPlaceholder(value)) return false;
  return (
    !isReference(value) && secretsIn(value).length === 0 && !/^(?:password|passwd|token|secret|pass)$/i.test(value)
  );
}

const LOCAL = /(?:^|:\/\/|@)(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host\.docker\.internal)(?:[:/]|$)/;

function isLocal({ arguments: words }: Invocation): boolean {
  return words.some(({ raw }) => LOCAL.test(raw.slice(0, 300).replace(/^["']/, "")));
}
