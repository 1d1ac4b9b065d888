import { join } from "node:path";
import type { BuildPass, BuildPlan } from "../../buildx/build-plan.ts";
import { noDocker } from "../../buildx/builder.ts";
import { passAsAsked } from "../../buildx/pass.ts";
import { planPasses } from "../../buildx/passes.ts";
import { isAtLeast } from "../../buildx/version.ts";
import { removeTree } from "../../system/placement.ts";
import { concludeBuild, unprovenStages } from "./conclude.ts";
import type { PassResult, Ready, StepRuns } from "./ready.ts";
import { runPass } from "./run-pass.ts";
import { writeDockerfile } from "./write-dockerfile.ts";

/** Runs the plan's passes, searches what they made, and hands both to the gate. Gives the exit status. */
export async function runPasses(ready: Ready): Promise<number> {
  const plan = await planFor(ready);
  const granted = (ready.plan?.steps ?? []).filter(({ reached, step }) => reached && !step.onbuild);
  const runs: StepRuns = new Map(granted.map(({ step }) => [step, { cached: undefined }]));
  const results = await runAll(plan.passes, ready, runs);
  const unproven = ready.wishes.cached === "rerun" ? await unprovenStages({ ready, plan, runs, results }) : [];
  if (unproven.length === 0) return concludeBuild({ ready, plan, runs, results });
  const names = unproven.map((stage) => stage.name);
  ready.session.machine.say("steps came from the cache and are not proven: they run again (`cached: rerun`)");
  // a stage without a name cannot be told to run again by itself
  const flags = names.every((name) => name !== undefined)
    ? names.map((name) => `--no-cache-filter=${name}`)
    : ["--no-cache"];
  for (const pass of plan.passes) await removeHeld(pass);
  const again = plan.passes.map((pass) => ({ ...pass, words: [...flags, ...pass.words] }));
  return concludeBuild({ ready, plan, runs, results: await runAll(again, ready, runs) });
}

/** Whether something of the plan is done by the docker program itself, which buildx can do without. */
function needsDocker({ passes, publish }: BuildPlan): boolean {
  const inEngine = passes.some(({ subjects }) => subjects.some(({ kind }) => kind === "engine-image"));
  return inEngine || publish.some(({ kind }) => kind === "tag" || kind === "push" || kind === "load");
}

/** What the first run left for publishing; the second makes it anew. */
async function removeHeld({ subjects }: BuildPass): Promise<void> {
  for (const subject of subjects) {
    if ("folder" in subject) await removeTree(subject.folder);
    if ("at" in subject && subject.at !== "stdout") await removeTree(subject.at.file);
    if (!("keep" in subject) || subject.keep === undefined) continue;
    await removeTree("folder" in subject.keep ? subject.keep.folder : subject.keep.file);
  }
}

async function runAll(passes: readonly BuildPass[], ready: Ready, runs: StepRuns): Promise<PassResult[]> {
  const results: PassResult[] = [];
  for (const pass of passes) {
    const result = await runPass(pass, ready, runs);
    results.push(result);
    if (result.status !== 0) break;
  }
  return results;
}

/** The passes as argv; what they need is written into the private folder first. */
async function planFor(ready: Ready): Promise<BuildPlan> {
  const { command, site, wishes, granted, builder, plan, rewritten, tools, session } = ready;
  const isSearching = wishes.scan !== "off";
  const needsStore = isSearching || rewritten !== undefined || (plan?.contents.size ?? 0) > 0 || command.quiet;
  const store = needsStore ? await session.store() : undefined;
  const big = isSearching ? await store!.openWorkFolder() : store?.workFolder;
  const engineStore = isSearching ? await builder?.engineStore() : undefined;
  const version = tools.buildxVersion;
  const takesPolicy = version !== undefined && isAtLeast(version, [0, 31, 0]);
  const isFile = rewritten !== undefined && site.source.stdinForPass === undefined;
  const ask = {
    command,
    buildx: version,
    context: site.source.contextForPass,
    ...(isFile ? { dockerfile: await writeDockerfile(site.source, rewritten, store!) } : {}),
    secrets: [...(plan?.contents.keys() ?? [])].map((id) => ({ id, file: store!.pathOf(id) })),
    add: [
      ...(granted?.frontend === undefined || plan?.contents.size === 0
        ? []
        : [`--build-arg=BUILDKIT_SYNTAX=${granted.frontend}`]),
      ...(isFile && site.source.policyForPass !== undefined && takesPolicy
        ? [`--policy=${site.source.policyForPass}`]
        : []),
    ],
    progress: "rawjson" as const,
    scan: wishes.scan,
    engineStore,
    hold: (name: string) => join(big ?? "", name),
    environment: tools.environment,
  };
  if (granted?.frontend !== undefined && ask.add.length > 0) {
    session.machine.say(
      `frontend ${granted.frontend} instead of the builder's own, for ${granted.plan.needsEnvMounts}`,
    );
  }
  if (builder !== undefined) {
    const passes = planPasses({ ...ask, builder: builder.facts });
    if (tools.docker === undefined && needsDocker(passes)) throw noDocker();
    return passes;
  }
  return { passes: [passAsAsked(ask)], publish: [], unsearched: [] };
}
