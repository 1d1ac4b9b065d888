import { invocationOf } from "../dockerfile/shell/program.ts";
import type { ShellCommand } from "../dockerfile/shell/script.ts";
import { isGranted } from "./granted.ts";
import type { DockerfileSubject, LintedStep, Problem } from "./rule.ts";
import { runsSccache, usesSccache } from "./sccache-use.ts";
import { mayServe } from "./served.ts";

const AWS = /aws|s3|sccache|^sts$|credential/i;

/** sccache with a bucket of S3 and nothing to log in with: every object is refused, and the build goes on without. */
export function* unservedSccache(
  linted: LintedStep,
  subject: DockerfileSubject,
  servedByFile: (served: RegExp) => boolean,
): Iterable<Problem> {
  const { step, script, mounts, place } = linted;
  const settings = subject.settings(step);
  if (!settings.sets("SCCACHE_BUCKET") || !usesSccache(linted, subject) || isGranted(linted, subject)) return;
  const bucket = settings.variable("SCCACHE_BUCKET");
  if (!bucket.known || !bucket.value || step.instruction.ending === "unknown") return;
  if (settings.sets(SCCACHE_LOGIN) || servedByFile(AWS)) return;
  const isMounted = mounts.some((mount) => mount.type === "bind" || mayServe(mount, AWS));
  const isOwn = script.commands.some(
    ({ assignments, words }) =>
      assignments.some(({ name }) => SCCACHE_LOGIN.test(name)) ||
      /^(?:export|source|\.|eval)$/.test(words[0]?.value ?? ""),
  );
  const command = script.commands.find((one) => runsSccache(one) || compiles(one));
  if (isMounted || isOwn || command === undefined) return;
  yield {
    ...place(command.start, command.end),
    message: "sccache has a bucket and no credentials, and the step has none: it compiles without its cache",
    remedy:
      "Write # buildseal: with=sccache above the step, or ENV SCCACHE_S3_NO_CREDENTIALS=true for a bucket that all may read.",
    key: `${step.stage.name ?? step.stage.index} sccache`,
  };
}

const CARGO_BUILDS = /^(?:b|build|t|test|r|run|c|check|clippy|bench|install|nextest|rustc|zigbuild|chef|deb|package)$/;

function compiles(command: ShellCommand): boolean {
  const invocation = invocationOf(command);
  const words = invocation?.arguments.flatMap(({ value }) => value ?? []) ?? [];
  switch (invocation?.program) {
    case "cargo":
      return CARGO_BUILDS.test(words.find((word) => !/^[-+]/.test(word)) ?? "");
    case "cmake":
      return words.includes("--build");
    case "make":
    case "ninja":
      return true;
    default:
      return false;
  }
}

const SCCACHE_LOGIN =
  /^(?:AWS_(?!REGION$|DEFAULT_REGION$)\w+|SCCACHE_S3_NO_CREDENTIALS|SCCACHE_CONF|SCCACHE_ENDPOINT)$/;
