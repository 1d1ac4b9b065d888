import type { Version } from "../../buildx/version.ts";
import { SealError } from "../../error.ts";
import type { Plan, PlannedGrant } from "../../grant/plan.ts";
import type { Secret } from "../../secret/secret.ts";
import { environmentForDocker } from "../../source/inheritance.ts";
import { readFileWithin } from "../../system/file.ts";
import { sayNotices } from "../say-notices.ts";
import type { Issued } from "../secret/issue.ts";
import type { IssuedInSession } from "../secret/issue-in-session.ts";
import { namedBy } from "./docker.ts";
import { checkEarly } from "./early-check.ts";
import { type Granted, rewrite } from "./grants.ts";
import type { CarryOutAsk } from "./ready.ts";
import { runPasses } from "./run-passes.ts";
import type { Tools } from "./tools.ts";
import { readUserSecrets } from "./user-secrets.ts";
import { withoutLeftOut } from "./without-left-out.ts";

/** Issues the secrets, then builds, searches, publishes and reports. Gives the exit status. */
export async function carryOut(ask: CarryOutAsk): Promise<number> {
  const { command, granted, session, wishes, builder } = ask;
  const { machine, mask } = session;
  const version = wishes.scan === "off" ? undefined : builder?.version();
  const own = await readUserSecrets(command, machine.environment, readFileWithin);
  for (const secret of own) {
    const why = mask.add(secret);
    if (why !== undefined) machine.say(`--secret ${secret.name} is neither masked nor searched for: ${why}`);
  }
  const issued = granted === undefined || granted.plan.contents.size === 0 ? undefined : await issue(ask, granted);
  const early = granted === undefined || issued === undefined ? undefined : checkEarly({ ...ask, granted, issued });
  try {
    const plan = granted === undefined ? undefined : withoutLeftOut(granted.plan, issued?.leftOut ?? new Map());
    const { rewritten } =
      granted === undefined || plan === undefined ? { rewritten: undefined } : rewrite(granted.dockerfile, plan);
    const values = () => [...own, ...(issued?.values() ?? [])];
    refuseBuildArguments(ask, values());
    sayNotices(givenBy(plan), session);
    return await runPasses({
      ...ask,
      tools: toolsWith(ask, issued, values(), await version),
      issued,
      plan,
      rewritten,
      values,
    });
  } finally {
    early?.stop();
    await issued?.end();
  }
}

/** The grants of the steps that this build runs. */
function givenBy(plan: Plan | undefined): readonly PlannedGrant[] {
  const steps = plan?.steps.filter(({ reached, step }) => reached && !step.onbuild) ?? [];
  return steps.flatMap(({ grants }) => grants);
}

async function issue({ site, wishes, session, readText }: CarryOutAsk, { plan }: Granted): Promise<IssuedInSession> {
  const { config, policy } = site;
  // every kind of source comes along: not for a build that gets nothing
  const { issueInSession } = await import("../secret/issue-in-session.ts");
  return issueInSession({
    session,
    contents: plan.contents,
    wanted: plan.secrets,
    config,
    policy,
    requireIdentity: wishes.requireIdentity,
    allowExec: wishes.allowExec,
    readText,
    askersOf: (name) =>
      plan.steps.flatMap(({ grants }) =>
        grants.filter(({ mounts }) => mounts.some(({ secrets }) => secrets.includes(name))).map(({ what }) => what),
      ),
    without: "the build goes on without it (uncached)",
  });
}

/** A build argument is in the image's history, for ever. */
function refuseBuildArguments({ command, site }: CarryOutAsk, values: readonly Secret[]): void {
  for (const { name } of command.buildArgs) {
    const value = site.facts.buildArgs?.get(name);
    const secret =
      value === undefined
        ? undefined
        : values.find((one) => one.byteLength >= 8 && value.includes(one.exposeText().trim()));
    if (secret === undefined) continue;
    throw new SealError(
      "GRANT",
      `The build argument ${name} holds the value of secret ${secret.name}: it would stand in the image's history`,
      "Grant the secret to the step that needs it instead",
    );
  }
}

/** Docker inherits none of the values, and nothing that could mint one. */
function toolsWith(
  ask: CarryOutAsk,
  issued: Issued | undefined,
  values: readonly Secret[],
  buildxVersion: Version | undefined,
): Tools {
  const { tools, session, command } = ask;
  const { environment } = environmentForDocker({
    environment: tools.environment,
    secrets: values,
    sourceVariables: [...(issued?.sources.values() ?? [])].flatMap(({ variables }) => variables),
    ...namedBy(command),
  });
  return {
    ...tools,
    buildxVersion,
    store: ask.builder?.facts.store,
    environment,
    run: session.run(environment),
    start: ({ environment: more, ...start }) => session.start({ ...start, environment: { ...environment, ...more } }),
  };
}
