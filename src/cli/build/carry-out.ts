import type { Version } from "../../buildx/version.ts";
import { SealError } from "../../error.ts";
import type { Secret } from "../../secret/secret.ts";
import type { FreshnessEvent } from "../../source/event.ts";
import { environmentForDocker } from "../../source/inheritance.ts";
import { createRunCommand } from "../../system/child.ts";
import { readFileWithin } from "../../system/file.ts";
import { namedBy } from "./docker.ts";
import { type Granted, rewrite } from "./grants.ts";
import type { CarryOutAsk } from "./ready.ts";
import { runPasses } from "./run-passes.ts";
import { type Issued, issueSecrets, withoutLeftOut } from "./secrets.ts";
import type { Session } from "./session.ts";
import type { Tools } from "./tools.ts";
import { readUserSecrets } from "./user-secrets.ts";

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
  try {
    const plan = granted === undefined ? undefined : withoutLeftOut(granted.plan, issued?.leftOut ?? new Map());
    const { rewritten } =
      granted === undefined || plan === undefined ? { rewritten: undefined } : rewrite(granted.dockerfile, plan);
    const values = () => [...own, ...(issued?.values() ?? [])];
    refuseBuildArguments(ask, values());
    return await runPasses({
      ...ask,
      tools: toolsWith(ask, issued, values(), await version),
      issued,
      plan,
      rewritten,
      values,
    });
  } finally {
    await issued?.freshness.stop();
  }
}

async function issue({ site, wishes, session, readText }: CarryOutAsk, { plan }: Granted): Promise<Issued> {
  const { machine, mask } = session;
  const store = await session.store();
  const issued = await issueSecrets({
    plan,
    site,
    wishes,
    machine,
    mask,
    readText,
    store: session.store,
    host: {
      environment: machine.environment,
      readFile: readFileWithin,
      run: createRunCommand(machine.environment, store),
      now: machine.now,
      mask: mask.text,
    },
    report: (event) => sayFreshness(event, session),
  });
  for (const [name, reason] of issued.leftOut) {
    const recipes = new Set(
      plan.steps.flatMap(({ grants }) =>
        grants.filter(({ mounts }) => mounts.some(({ secret }) => secret === name)).map(({ what }) => what),
      ),
    );
    machine.say(
      `warning: ${[...recipes].join(", ")} is left out, and the build goes on without it (uncached): no identity for ${name}: ${reason}`,
    );
  }
  for (const minted of issued.minted.values()) for (const notice of minted.notices) machine.say(mask.text(notice));
  registerOnGithub(issued, session);
  return issued;
}

/**
 * GitHub's runner then hides the values in everything that the job prints later too. The commands go to stderr, for
 * stdout may be captured; the runner reads both.
 */
function registerOnGithub(issued: Issued, { machine }: Session): void {
  if (machine.environment["GITHUB_ACTIONS"] !== "true") return;
  for (const secret of issued.values()) {
    for (const line of secret.exposeText().split(/\r?\n/)) {
      if (line.trim().length < 8) continue;
      process.stderr.write(`::add-mask::${line.replaceAll("%", "%25")}\n`);
    }
  }
}

function sayFreshness(event: FreshnessEvent, { machine, mask }: Session): void {
  const seconds = (ms: number | undefined) => (ms === undefined ? "no end" : `${Math.round(ms / 1000)} s`);
  switch (event.kind) {
    case "renewed":
      return;
    case "renewal-failed":
      machine.say(
        `warning: secret ${event.secret} could not be renewed (try ${event.attempt}): ${mask.text(event.error.message)} Life left: ${seconds(event.lifeLeftMs)}`,
      );
      return;
    case "expiring":
      machine.say(
        `warning: secret ${event.secret} ends in ${seconds(event.lifeLeftMs)}, and its source has nothing newer`,
      );
      return;
    case "expired":
      machine.say(`warning: secret ${event.secret} has expired; a step that starts now would get a dead value`);
  }
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
