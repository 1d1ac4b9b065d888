import type { BuildPass } from "../../buildx/build-plan.ts";
import type { BuildEvent } from "../../buildx/progress/build-model.ts";
import { stepFinder } from "../../buildx/step-of-vertex.ts";
import { resolveStages, type Step, stepsOf } from "../../dockerfile/index.ts";
import { SealError } from "../../error.ts";
import { hideLikely } from "../../finding/hide-likely.ts";
import { expiredAtStep } from "../../source/freshness.ts";
import { openRecordFile } from "../../system/record-file.ts";
import { follow, viewKindOf } from "./follow.ts";
import { lookFor } from "./look.ts";
import type { PassResult, Ready, StepRuns } from "./ready.ts";
import { searchResult, searchStream, subjectOnStdout } from "./subject.ts";

/**
 * Runs one pass, shows it, and searches its results while and after it makes them.
 *
 * @throws SealError SOURCE when a step began with an expired value
 */
export async function runPass(pass: BuildPass, ready: Ready, runs: StepRuns): Promise<PassResult> {
  const { tools, session, site, command, rewritten, plan } = ready;
  const streamed = subjectOnStdout(pass);
  const { stdinForPass, stdinAsIs } = site.source;
  const file = pass.subjects.length === 0 ? undefined : await openRecordFile(session.machine.environment);
  const { values, issued, wishes } = ready;
  // a report says all there is to say; who takes nothing from the cache wants no old verdict on a layer either
  const passesOver = wishes.report === undefined && !ready.command.noCache;
  const asked = { values, issued, now: session.machine.now, gate: wishes.gate, passesOver };
  const look = () => lookFor(asked, file!);
  const docker = tools.start({
    words: [...tools.buildx, "build", ...pass.words],
    environment: pass.environment,
    stdin: rewritten !== undefined && stdinForPass !== undefined ? stdinForPass(rewritten) : stdinAsIs?.(),
    stdout: streamed === undefined ? "ours" : "pipe",
  });
  const watch = watchSteps(ready, runs);
  const [found, exposures] = await Promise.all([
    streamed === undefined ? undefined : searchStream(streamed, docker.stdout!, look),
    follow({
      stderr: docker.stderr,
      session,
      kind: viewKindOf(
        command.progress ?? session.machine.environment["BUILDKIT_PROGRESS"],
        command.quiet,
        process.stderr.isTTY === true,
      ),
      hidden: (plan?.steps ?? []).flatMap(({ grants }) =>
        grants.flatMap(({ mounts }) => mounts.flatMap(({ text }) => (text === undefined ? [] : [`${text} `]))),
      ),
      onEvent: watch.onEvent,
    }),
  ]);
  const named = exposures.map((exposure) => ({ ...exposure, step: watch.labelOf(exposure.step) }));
  const { status, failure } = await docker.ended;
  const expired = watch.failure();
  if (expired !== undefined) throw expired;
  if (failure !== undefined)
    throw new SealError(
      "DOCKER",
      `Docker could not be started (${failure})`,
      "See that it is installed and may be run",
    );
  if (status !== 0) return { status, found: [], exposures: named };
  const results = found === undefined ? [] : [found];
  for (const subject of pass.subjects) {
    if (subject !== streamed) results.push(await searchResult(subject, pass, tools, look()));
  }
  return { status, found: results, exposures: named };
}

/** Notes how the granted steps run, and ends the build when one starts with an expired value. */
function watchSteps({ plan, issued, session, site, granted }: Ready, runs: StepRuns) {
  const dockerfile = granted?.dockerfile;
  const find =
    dockerfile === undefined ? () => undefined : stepFinder(resolveStages(dockerfile, site.facts), stepsOf(dockerfile));
  const byLine = new Map([...runs.keys()].map((step) => [step.line, step]));
  const runOf = (name: string) => {
    const found = find(name);
    const step = found === undefined ? undefined : byLine.get(found.line);
    return step === undefined ? undefined : { step, run: runs.get(step)! };
  };
  let failure: SealError | undefined;
  const checkLife = (step: Step): void => {
    const grants = plan?.steps.find((one) => one.step === step)?.grants ?? [];
    for (const secret of new Set(grants.flatMap(({ mounts }) => mounts.flatMap((mount) => mount.secrets)))) {
      const state = issued?.freshness.stateAt(secret);
      if (state?.kind !== "expired") continue;
      failure ??= expiredAtStep(secret, `${step.label} (line ${step.line})`, state.sinceMs);
      session.interrupt();
    }
  };
  // the second line of defence, for bases that could not be read before the build (see refuseUngrantedReach)
  const refuseUnseenTrigger = (name: string): void => {
    const unseen = granted?.unseenBases ?? [];
    if (unseen.length === 0 || !/\] ONBUILD RUN\b/.test(name)) return;
    failure ??= new SealError(
      "GRANT",
      `A base image (${unseen.join(", ")}) has an ONBUILD step, which could mount this build's secrets, and could not be read before the build`,
      "See that it can be read ('docker buildx imagetools inspect'), or use a base without ONBUILD. What was issued is to be taken for known",
    );
    session.interrupt();
  };
  return {
    labelOf: (name: string | undefined) =>
      name === undefined ? "Docker's own output" : (find(name)?.label ?? shortened(name)),
    failure: () => failure,
    onEvent: (event: BuildEvent) => {
      if (event.kind !== "step-started" && event.kind !== "step-over") return;
      refuseUnseenTrigger(event.step.name);
      const at = runOf(event.step.name);
      if (at === undefined) return;
      if (event.kind === "step-over") {
        at.run.cached = event.step.state === "cached";
        return;
      }
      const { step } = event;
      // a step from the cache begins and ends in one status; it reads no secret
      setImmediate(() => {
        if (step.state !== "cached") checkLife(at.step);
      });
    },
  };
}

function shortened(name: string): string {
  const shown = hideLikely(name);
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
}
