import { type Invocation, invocationOf } from "../../dockerfile/shell/program.ts";
import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import { type Need, needs } from "../consumer.ts";
import { isGranted } from "../granted.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { unservedSccache } from "../unserved-sccache.ts";
import { unsetCredentials } from "../unset-credential.ts";

export const secretNotMounted: LintRule = {
  id: "secret-not-mounted",
  severity: "warning",
  title: "A step needs a credential that it does not have",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A step that reads `/run/secrets/NAME` and mounts no such file, runs `git clone git@host:…` without ssh, compiles by sccache with a bucket and no credentials, uses a variable such as `$NPM_TOKEN` as a credential that nothing sets, or runs what always needs a login (`aws s3 …`, `npm publish`, `twine upload`, `cargo publish`) and has neither a mount, nor a variable, nor a `# buildseal:` comment for it. Steps that first look whether the file is there are passed over, and so are files beside a `buildseal.yaml` that gives secrets.",
    why: "A secret lives for one step: what another step mounts is gone. Such a step fails, or goes on without: an empty token from a file that is not there looks like a wrong one.",
    example:
      'FROM alpine:3.22\nRUN --mount=type=secret,id=token,required=true test -s /run/secrets/token\nRUN curl -H "Authorization: Bearer $(cat /run/secrets/token)" https://example.com/app',
    instead:
      'FROM alpine:3.22\nRUN --mount=type=secret,id=token,required=true curl -H "Authorization: Bearer $(cat /run/secrets/token)" https://example.com/app',
  },
  *check(subject) {
    const file = factsOf(subject);
    const hasBucket = subject.dockerfile.text.includes("SCCACHE_BUCKET");
    for (const linted of subject.steps) {
      const { step } = linted;
      if (MAY_NEED.test(step.body)) {
        if (isGranted(linted, subject)) continue;
        yield* unmountedFiles(linted, file);
        yield* unserved(linted, subject, file);
      }
      if (hasBucket) yield* unservedSccache(linted, subject, file.servedByFile);
      if (step.body.includes("$")) yield* unsetCredentials(linted, subject);
    }
  },
};

/** What is asked of the whole file, once. */
type FileFacts = {
  readonly copiesSecrets: () => boolean;
  /** The lines of instructions that may give git a key, or rewrite its URLs. */
  readonly sshLines: () => readonly number[];
  readonly servedByFile: (served: RegExp) => boolean;
};

const SSH_GIVEN = /ssh|id_(?:rsa|ed25519|ecdsa)|insteadOf|\.gitconfig|GIT_(?:SSH|CONFIG)/i;

function factsOf({ dockerfile: { instructions } }: DockerfileSubject): FileFacts {
  const copied = () => instructions.filter(({ known }) => known === "COPY" || known === "ADD" || known === "ARG");
  const served = new Map<RegExp, boolean>();
  let copiesSecrets: boolean | undefined;
  let sshLines: readonly number[] | undefined;
  return {
    copiesSecrets() {
      copiesSecrets ??= copied().some(({ args }) => args.some((arg) => arg.startsWith("/run/secrets")));
      return copiesSecrets;
    },
    sshLines() {
      sshLines ??= instructions
        .filter(({ known, body }) => known !== "FROM" && SSH_GIVEN.test(body.replaceAll(SSH_SCHEME, "")))
        .map(({ line }) => line);
      return sshLines;
    },
    servedByFile(pattern) {
      const known = served.get(pattern) ?? copied().some(({ args }) => args.some((arg) => pattern.test(arg)));
      served.set(pattern, known);
      return known;
    },
  };
}

const SSH_SCHEME = /(?:git\+)?ssh:\/\/\S+/g;

// each path looks through the step's text
const MOST_PATHS = 20;

const MAY_NEED = /\/run\/secrets\/|\bgit\b|\bcodeartifact\b|\b(?:aws|twine|publish|whoami|hf|huggingface-cli|yank)\b/;

const SECRET_FILE = /\/run\/secrets\/([A-Za-z0-9][\w.-]*)/g;

function* unmountedFiles(linted: LintedStep, file: FileFacts): Iterable<Problem> {
  const { script, step, mounts, place } = linted;
  const seen = new Set<string>();
  for (const command of script.commands) {
    for (const word of [
      ...command.words,
      ...command.redirects.filter(({ operator }) => operator === "<").map(({ target }) => target),
    ]) {
      if (word.template || !word.raw.includes("/run/secrets/")) continue;
      // a substitution has words of its own
      if (/\$\(|`/.test(word.raw)) continue;
      for (const [path, name] of word.raw.matchAll(SECRET_FILE)) {
        if (seen.has(path) || isMounted(path)) continue;
        if (seen.add(path).size > MOST_PATHS) return;
        if (isMadeOrAsked(step.body, path, command)) continue;
        yield {
          ...place(word.start, word.end),
          message: `The step reads ${path}, and no mount of it gives that file`,
          remedy: `Write RUN --mount=type=secret,id=${name},required=true at this step.`,
          key: `${step.stage.name ?? step.stage.index} ${name}`,
        };
      }
    }
  }
  function isMounted(path: string): boolean {
    const covered = mounts.some(({ target, unresolved }) => {
      if (unresolved.length > 0) return true;
      return (
        target !== undefined &&
        (path === target || path.startsWith(`${target.replace(/\/$/, "")}/`) || target.startsWith(`${path}/`))
      );
    });
    return covered || file.copiesSecrets();
  }
}

/** The file is made in the step, or there is a test for it: its absence is thought of. */
function isMadeOrAsked(body: string, path: string, command: ShellCommand): boolean {
  const program = invocationOf(command)?.program;
  if (program !== undefined && /^(?:test|\[|\[\[|ls|mkdir|touch|rm|export|declare|ln|cp|mv|install)$/.test(program))
    return true;
  const quoted = path.replace(/[.]/g, "\\.");
  return new RegExp(`(?:-[efrs]|exists|>>?)\\s{0,3}["']?${quoted}|${quoted}["']?[^\\n;&|]{0,40}\\|\\|`).test(body);
}

function* unserved(linted: LintedStep, subject: DockerfileSubject, file: FileFacts): Iterable<Problem> {
  const { script, step, place } = linted;
  const judged = new Set<string>();
  for (const command of script.commands) {
    const invocation = invocationOf(command);
    if (invocation === undefined || command.words.some(({ template }) => template)) continue;
    const need = needOf(invocation);
    if (need === undefined || judged.has(need.says)) continue;
    judged.add(need.says);
    if (need === sshNeed ? mayHaveKey(linted, file) : isServed(linted, need.served, subject, file)) continue;
    yield {
      ...place(command.start, command.end),
      message: `${need.says}, and the step has none`,
      remedy: `Write ${need.instead}.`,
      key: `${step.stage.name ?? step.stage.index} ${invocation.program}`,
    };
  }
}

const SSH_URL = /^(?:(?:git\+)?ssh:\/\/|[\w.-]+@[\w.-]+:(?!\/\/))/;

const INSTALLS = /^(?:pip[\d.]*|uv|poetry|pdm|npm|pnpm|yarn|bun|cargo)$/;
const GIT_OVER_SSH = /(?:^|@ ?)git\+ssh:\/\//;

/** A clone over ssh needs a key or an agent, be the repository public or not. */
const sshNeed: Pick<Need, "says" | "instead" | "served"> = {
  says: "git over ssh needs a key or an agent",
  instead: "RUN --mount=type=ssh at this step, and build with --ssh default",
  served: /ssh/,
};

function needOf(invocation: Invocation): Pick<Need, "says" | "instead" | "served"> | undefined {
  const words = invocation.arguments.map(({ value, raw }) => value ?? raw);
  const plain = words.filter((word) => !word.startsWith("-"));
  if (invocation.program === "git") {
    const asks = /^(?:clone|fetch|pull|ls-remote|submodule)$/.test(plain[0] ?? "");
    return asks && plain.some((word) => SSH_URL.test(word)) ? sshNeed : undefined;
  }
  if (INSTALLS.test(invocation.program) && /^(?:install|add|i|ci|sync|pip)$/.test(plain[0] ?? "")) {
    if (words.some((word) => GIT_OVER_SSH.test(word))) return sshNeed;
  }
  const text = words.join(" ").slice(0, 1000);
  if (/--(?:help|version)\b/.test(text)) return undefined;
  const start = plain.join(" ").slice(0, 300);
  return needs.find(
    (need) => need.program.test(invocation.program) && need.arguments.test(start) && !need.except?.test(text),
  );
}

/** Anything of that name: a mount, a variable of ENV, ARG or the script, a file that is copied. */
function isServed(
  { mounts, step, script }: LintedStep,
  served: RegExp,
  { settings }: DockerfileSubject,
  file: FileFacts,
): boolean {
  const byMount = mounts.some(
    ({ id, target, env, type, from }) =>
      served.test(`${id ?? ""} ${target ?? ""} ${env ?? ""}`) || (type === "bind" && from !== undefined),
  );
  if (byMount || settings(step).sets(served)) return true;
  const byScript = script.commands.some(
    ({ assignments, words }) =>
      assignments.some(({ name }) => served.test(name)) || /^(?:export|source|\.)$/.test(words[0]?.value ?? ""),
  );
  return byScript || file.servedByFile(served);
}

/** A key that is mounted, copied, made or given in another way, or URLs that are rewritten. */
function mayHaveKey({ mounts, step }: LintedStep, file: FileFacts): boolean {
  if (mounts.some(({ type }) => type === "ssh" || type === "secret" || type === "bind")) return true;
  return file.sshLines().some((line) => line !== step.line) || SSH_GIVEN.test(step.body.replaceAll(SSH_SCHEME, ""));
}
