import type { Settings } from "../../dockerfile/settings.ts";
import { assignmentsOf, environmentSetBy } from "../../dockerfile/shell/environment.ts";
import { environmentOf, invocationOf } from "../../dockerfile/shell/program.ts";
import type { DockerfileSubject, LintedStep, LintRule, Problem } from "../rule.ts";
import { isWrapped, mayUseSccache, runsSccache } from "../sccache-use.ts";

export const sccacheDisabled: LintRule = {
  id: "sccache-disabled",
  severity: "warning",
  title: "sccache is set up so that it silently does not use its cache",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A step that runs sccache with `SCCACHE_BUCKET` set and no region (`AWS_DEFAULT_REGION` is not read), with an empty bucket, with static AWS keys beside a web identity, with `SCCACHE_S3_NO_CREDENTIALS` beside keys, or that sets `SCCACHE_IDLE_TIMEOUT` after it has started the server.",
    why: "sccache goes on without its store when it cannot use it: the build succeeds and only its time tells. Keys, even empty ones, are taken before a web identity; the server takes its environment when it starts, and stops after ten idle minutes unless it was told otherwise by then.",
    example:
      "FROM rust:1\nENV RUSTC_WRAPPER=sccache SCCACHE_BUCKET=acme-cache\nRUN cargo build --release && sccache --show-stats",
    instead:
      "FROM rust:1\nENV RUSTC_WRAPPER=sccache SCCACHE_BUCKET=acme-cache SCCACHE_REGION=us-west-2\nRUN --mount=type=secret,id=aws,target=/root/.aws/credentials,required=true \\\n    cargo build --release && sccache --show-stats",
  },
  *check(subject) {
    for (const linted of subject.steps) {
      if (!mayUseSccache(linted, subject)) continue;
      // a grant gives what is missing, and the step's own settings are then not all
      if (linted.step.comments.some(({ text }) => /buildseal:.*\b(?:with|secret)=/.test(text))) continue;
      yield* problemsOf(linted, subject);
    }
  },
};

/** What the step's environment is known to be: from ENV and ARG, mounts, and its own commands. */
type Environment = {
  /** undefined: not set, as far as is known; null: set, its value is not known. */
  readonly value: (name: string) => string | null | undefined;
};

function environmentAt({ script, mounts }: LintedStep, settings: Settings): Environment {
  const mounted = mounts.flatMap(({ env, type }) => (type === "secret" && env ? [env] : []));
  const own = new Map(environmentSetBy(script, (name) => mounted.includes(name) || settings.sets(name)));
  for (const name of mounted) own.set(name, null);
  return {
    value(name) {
      if (own.has(name)) return own.get(name);
      // what the base image sets is not known, and taken for nothing
      if (!settings.sets(name)) return undefined;
      const set = settings.variable(name);
      return set.known ? set.value : null;
    },
  };
}

function* problemsOf(linted: LintedStep, subject: DockerfileSubject): Iterable<Problem> {
  const { script, mounts } = linted;
  const environment = environmentAt(linted, subject.settings(linted.step));
  const first = script.commands.findIndex(runsSccache);
  const command = script.commands[Math.max(first, 0)];
  if (command === undefined) return;
  const at = linted.place(command.start, command.end);
  const stage = linted.step.stage.name ?? linted.step.stage.index;
  const { value } = environment;
  const bucket = value("SCCACHE_BUCKET");
  const hasFile =
    mounts.some(({ target }) => /sccache|\.aws/.test(target ?? "")) || value("SCCACHE_CONF") !== undefined;
  const hasTemplate = script.commands.some(({ words }) => words.some((word) => word.template));
  if (first >= 0 || isWrapped(linted, subject)) {
    if (bucket === "" && isWrittenEmpty(linted)) {
      yield {
        ...at,
        message: "SCCACHE_BUCKET is set and empty: sccache up to 0.14 takes it for a bucket and does not start",
        remedy: "Leave SCCACHE_BUCKET out where there is no bucket (unset SCCACHE_BUCKET).",
        key: `${stage} bucket`,
      };
    }
    const hasRegion = ["SCCACHE_REGION", "AWS_REGION"].some((name) => value(name) !== undefined && value(name) !== "");
    if (bucket !== undefined && bucket !== "" && !hasRegion && !hasFile && !hasTemplate) {
      const wrong = value("AWS_DEFAULT_REGION") === undefined ? "" : " (AWS_DEFAULT_REGION is not read)";
      yield {
        ...at,
        message: `SCCACHE_BUCKET is set and no region is${wrong}: sccache then has no hits, and says nothing`,
        remedy: "Write ENV SCCACHE_REGION=<the bucket's region>; it is needed with SCCACHE_ENDPOINT too.",
        key: `${stage} region`,
      };
    }
    const keys = value("AWS_ACCESS_KEY_ID");
    if (keys !== undefined && value("AWS_WEB_IDENTITY_TOKEN_FILE") !== undefined) {
      yield {
        ...at,
        message: `${keys === "" ? "AWS_ACCESS_KEY_ID is set, though empty," : "Static AWS keys are set"} beside a web identity: the keys are taken, and the web identity never`,
        remedy:
          "Take AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY out (`buildseal rewrite --migrate static-aws-keys` does it).",
        key: `${stage} keys`,
      };
    }
    if (/^(?:1|true|on)$/.test(value("SCCACHE_S3_NO_CREDENTIALS") ?? "") && keys !== undefined) {
      yield {
        ...at,
        message: "SCCACHE_S3_NO_CREDENTIALS is set beside AWS keys: sccache refuses the two together",
        remedy: "Take one of the two out.",
        key: `${stage} no-credentials`,
      };
    }
  }
  yield* lateTimeout(linted, stage);
}

// an ARG may be filled by the build, so only a written "" counts
function isWrittenEmpty({ step, script }: LintedStep): boolean {
  const inScript = script.commands.some((command) =>
    assignmentsOf(command).some(({ name, value }) => name === "SCCACHE_BUCKET" && value.value === ""),
  );
  if (inScript) return true;
  return step.stage.instructions.some(
    ({ known, pairs }) =>
      known === "ENV" && pairs.some(({ name, value }) => name === "SCCACHE_BUCKET" && /^(?:""|'')?$/.test(value)),
  );
}

/** SCCACHE_IDLE_TIMEOUT comes too late after a command that starts the server. */
function* lateTimeout({ script, place }: LintedStep, stage: string | number): Iterable<Problem> {
  const started = script.commands.findIndex((command) => {
    const invocation = invocationOf(command);
    return invocation?.program === "sccache" && STARTS.test(invocation.arguments[0]?.value ?? "");
  });
  if (started < 0) return;
  const first = script.commands[started]!;
  if (environmentOf(first).some(({ name }) => name === "SCCACHE_IDLE_TIMEOUT")) return;
  const before = script.commands
    .slice(0, started)
    .some((one) => assignmentsOf(one).some(({ name }) => name === "SCCACHE_IDLE_TIMEOUT"));
  if (before) return;
  for (const command of script.commands.slice(started + 1)) {
    if (invocationOf(command)?.program === "sccache" && command.words.some(({ value }) => value === "--stop-server"))
      return;
    if (!assignmentsOf(command).some(({ name }) => name === "SCCACHE_IDLE_TIMEOUT")) continue;
    yield {
      ...place(command.start, command.end),
      message:
        "SCCACHE_IDLE_TIMEOUT is set after sccache's server was started: the server keeps the 600 seconds it began with",
      remedy: "Set it before the first sccache command, or by ENV SCCACHE_IDLE_TIMEOUT=0.",
      key: `${stage} timeout`,
    };
    return;
  }
}

const STARTS = /^(?:--start-server|--show-stats|-s|--zero-stats|-z|--dist-status)$/;
