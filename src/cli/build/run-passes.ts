import { join } from "node:path";
import type { BuildPass, BuildPlan } from "../../buildx/build-plan.ts";
import { passAsAsked } from "../../buildx/pass.ts";
import { planPasses } from "../../buildx/passes.ts";
import { stepFinder } from "../../buildx/step-of-vertex.ts";
import { resolveStages, type Step, stepsOf } from "../../dockerfile/index.ts";
import type { SealError } from "../../error.ts";
import type { ScanOptions } from "../../scan/scan-options.ts";
import { needlesOf } from "../../secret/needle.ts";
import { expiredAtStep } from "../../source/freshness.ts";
import type { Ready } from "./carry-out.ts";
import { follow } from "./follow.ts";
import { passGate } from "./gate.ts";
import { type Searched, searchResult, searchStream, subjectOnStdout } from "./subject.ts";
import { writeDockerfile } from "./write-dockerfile.ts";

/** Granted steps as they ran: whether each came from the cache, undefined while it was not seen. */
export type StepRuns = Map<Step, { cached: boolean | undefined }>;

/** Runs the plan's passes, searches what they made, and hands both to the gate. Gives the exit status. */
export async function runPasses(ready: Ready): Promise<number> {
  const plan = await planFor(ready);
  const runs: StepRuns = new Map(
    (ready.plan?.steps ?? [])
      .filter(({ reached, step }) => reached && !step.onbuild)
      .map(({ step }) => [step, { cached: undefined }]),
  );
  const searched: Searched[][] = [];
  for (const pass of plan.passes) {
    const { status, found } = await runPass(pass, ready, runs);
    if (status !== 0) return status;
    searched.push(found);
  }
  return passGate({ ready, plan, runs, searched });
}

/** The passes as argv; what they need is written into the private folder first. */
async function planFor(ready: Ready): Promise<BuildPlan> {
  const { command, site, wishes, granted, builder, plan, rewritten, tools, session } = ready;
  const isSearching = wishes.scan !== "off";
  const needsStore = isSearching || rewritten !== undefined || (plan?.contents.size ?? 0) > 0 || command.quiet;
  const store = needsStore ? await session.store() : undefined;
  const big = isSearching ? await store!.openWorkFolder() : store?.workFolder;
  const [version, engineStore] =
    isSearching && builder !== undefined
      ? await Promise.all([builder.version(), builder.engineStore()])
      : [undefined, undefined];
  const isFile = rewritten !== undefined && site.source.stdinForPass === undefined;
  const ask = {
    command,
    buildx: version,
    context: site.source.contextForPass,
    ...(isFile ? { dockerfile: await writeDockerfile(site.source, rewritten, store!) } : {}),
    secrets: [...(plan?.contents.keys() ?? [])].map((id) => ({ id, file: store!.pathOf(id) })),
    add: [
      ...(granted?.frontend === undefined ? [] : [`--build-arg=BUILDKIT_SYNTAX=${granted.frontend}`]),
      ...(isFile && site.source.policyForPass !== undefined ? [`--policy=${site.source.policyForPass}`] : []),
    ],
    progress: "rawjson" as const,
    scan: wishes.scan,
    engineStore,
    hold: (name: string) => join(big ?? "", name),
    environment: tools.environment,
  };
  if (builder !== undefined) return planPasses({ ...ask, builder: builder.facts });
  return { passes: [passAsAsked(ask)], publish: [], unsearched: [] };
}

/** Runs one pass, shows it, and searches its results while and after it makes them. Gives Docker's status. */
export async function runPass(
  pass: BuildPass,
  ready: Ready,
  runs: StepRuns,
): Promise<{ readonly status: number; readonly found: Searched[] }> {
  const { tools, session, site, rewritten } = ready;
  const streamed = subjectOnStdout(pass);
  const { stdinForPass, stdinAsIs } = site.source;
  const docker = tools.start({
    words: [...tools.buildx, "build", ...pass.words],
    environment: pass.environment,
    stdin: rewritten !== undefined && stdinForPass !== undefined ? stdinForPass(rewritten) : stdinAsIs?.(),
    stdout: streamed === undefined ? "ours" : "pipe",
  });
  const watch = watchSteps(ready, runs);
  const options = scanOptions(ready);
  const [found] = await Promise.all([
    streamed === undefined ? undefined : searchStream(streamed, docker.stdout!, options),
    follow({
      stderr: docker.stderr,
      mask: session.mask,
      write: (text) => process.stderr.write(text),
      started: watch.started,
      cached: watch.cached,
    }),
  ]);
  const { status, failure } = await docker.ended;
  if (watch.failure() !== undefined) throw watch.failure();
  if (failure !== undefined) throw new Error(`docker could not be started: ${failure}`);
  if (status !== 0) return { status, found: [] };
  const results = found === undefined ? [] : [found];
  for (const subject of pass.subjects) {
    if (subject !== streamed) results.push(await searchResult(subject, pass, tools, scanOptions(ready)));
  }
  return { status, found: results };
}

function scanOptions({ values, session }: Ready): ScanOptions {
  return {
    needles: values().flatMap((secret) => needlesOf(secret, "scan")),
    nowSeconds: session.machine.now() / 1000,
  };
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
  return {
    failure: () => failure,
    cached: (name: string) => {
      const at = runOf(name);
      if (at !== undefined) at.run.cached ??= true;
    },
    started: (name: string) => {
      const at = runOf(name);
      if (at === undefined || issued === undefined) return;
      at.run.cached = false;
      const grants = plan?.steps.find(({ step }) => step === at.step)?.grants ?? [];
      for (const secret of new Set(grants.flatMap(({ mounts }) => mounts.flatMap((mount) => mount.secret ?? [])))) {
        const state = issued.freshness.stateAt(secret);
        if (state.kind !== "expired") continue;
        failure ??= expiredAtStep(secret, at.step.label, state.sinceMs);
        session.interrupt();
      }
    },
  };
}
