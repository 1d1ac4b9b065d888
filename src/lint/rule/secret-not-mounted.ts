import { type Invocation, invocationOf } from "../../dockerfile/shell/program.ts";
import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import { type Need, needs } from "../consumer.ts";
import { type FileFacts, factsOf, SSH_GIVEN, SSH_SCHEME } from "../given-by-file.ts";
import { isGranted } from "../granted.ts";
import { addressNeed } from "../private-address.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { mayServe, ofVariables } from "../served.ts";
import { unservedSccache } from "../unserved-sccache.ts";
import { unsetCredentials } from "../unset-credential.ts";
import { unsetNpmVariables } from "../unset-npm-variable.ts";

export const secretNotMounted: LintRule = {
  id: "secret-not-mounted",
  severity: "warning",
  title: "A step needs a credential that it does not have",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A step that reads `/run/secrets/NAME` and mounts no such file, runs `git clone git@host:…` without ssh, compiles by sccache with a bucket and no credentials, uses a variable such as `$NPM_TOKEN` as a credential that nothing sets, installs by npm with an `.npmrc` of the file's own that names a variable nothing sets, or runs what always needs a login (`aws s3 …`, `npm publish`, `twine upload`, `cargo publish`, an index of CodeArtifact) and has neither a mount, nor a variable, nor a `# buildseal:` comment for it. A package index or a repository under a private network's name, which may be open to all in it, is information. Steps that first look whether the file is there are passed over, and so are files beside a `buildseal.yaml` that gives secrets.",
    why: "A secret lives for one step: what another step mounts is gone. Such a step fails, or goes on without: an empty token from a file that is not there looks like a wrong one.",
    example:
      'FROM alpine:3.22\nRUN --mount=type=secret,id=token,required=true test -s /run/secrets/token\nRUN curl -H "Authorization: Bearer $(cat /run/secrets/token)" https://example.com/app',
    instead:
      'FROM alpine:3.22\nRUN --mount=type=secret,id=token,required=true curl -H "Authorization: Bearer $(cat /run/secrets/token)" https://example.com/app',
  },
  *check(subject) {
    const file = factsOf(subject);
    const unsetNpm = unsetNpmVariables(subject);
    const hasBucket = subject.dockerfile.text.includes("SCCACHE_BUCKET");
    for (const linted of subject.steps) {
      const { step } = linted;
      if (unsetNpm !== undefined) yield* unsetNpm(linted);
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

// each path looks through the step's text
const MOST_PATHS = 20;

const MAY_NEED =
  /\/run\/secrets\/|\bgit\b|index|-i https?:|--registry|\bcodeartifact\b|\b(?:aws|twine|publish|whoami|hf|huggingface-cli|yank)\b/;

const SECRET_FILE = /\/run\/secrets\/([A-Za-z0-9][\w.-]*)/g;

function* unmountedFiles(linted: LintedStep, file: FileFacts): Iterable<Problem> {
  const { script, step, mounts, place } = linted;
  const seen = new Set<string>();
  const targets = new Set(mounts.map(({ target }) => target));
  for (const command of script.commands) {
    for (const word of [
      ...command.words,
      ...command.redirects.filter(({ operator }) => operator === "<").map(({ target }) => target),
    ]) {
      if (word.template || !word.raw.includes("/run/secrets/")) continue;
      // a substitution has words of its own
      if (/\$\(|`/.test(word.raw)) continue;
      for (const [path, name] of word.raw.matchAll(SECRET_FILE)) {
        if (targets.has(path) || seen.has(path) || isMounted(path)) continue;
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
    const covered = mounts.some(({ target, unresolved, problem }) => {
      // one that BuildKit refuses is told of by itself
      if (unresolved.length > 0 || problem !== undefined) return true;
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
      ...(need.possibly === true ? { severity: "info" as const } : {}),
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

type Needed = Pick<Need, "says" | "instead" | "served"> & { readonly possibly?: boolean };

function needOf(invocation: Invocation): Needed | undefined {
  const words = invocation.arguments.map(({ value, raw }) => value ?? raw);
  const plain = words.filter((word) => !word.startsWith("-"));
  if (invocation.program === "git") {
    const asks = /^(?:clone|fetch|pull|ls-remote|submodule)$/.test(plain[0] ?? "");
    return asks && plain.some((word) => SSH_URL.test(word)) ? sshNeed : addressNeed("git", words);
  }
  if (INSTALLS.test(invocation.program) && /^(?:install|add|i|ci|sync|pip)$/.test(plain[0] ?? "")) {
    if (words.some((word) => GIT_OVER_SSH.test(word))) return sshNeed;
  }
  const byAddress = addressNeed(invocation.program, words);
  if (byAddress !== undefined) return byAddress;
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
  if (mounts.some((mount) => mayServe(mount, served)) || settings(step).sets(ofVariables(served))) return true;
  const byScript = script.commands.some(
    ({ assignments, words }) =>
      assignments.some(({ name }) => ofVariables(served).test(name)) ||
      /^(?:export|source|\.)$/.test(words[0]?.value ?? ""),
  );
  return byScript || file.servedByFile(served);
}

/** A key that is mounted, copied, made or given in another way, or URLs that are rewritten. */
function mayHaveKey({ mounts, step }: LintedStep, file: FileFacts): boolean {
  if (mounts.some(({ type }) => type === "ssh" || type === "secret" || type === "bind")) return true;
  return file.sshLines().some((line) => line !== step.line) || SSH_GIVEN.test(step.body.replaceAll(SSH_SCHEME, ""));
}
