import type { Config } from "../../config/config.ts";
import type { PlaceOf } from "../../config/document.ts";
import { readConfig, readPolicy } from "../../config/read-config.ts";
import { type Check, countsAs } from "../../doctor/check.ts";
import { type ClockReading, clockCheck } from "../../doctor/clock-check.ts";
import { dockerChecks } from "../../doctor/docker-check.ts";
import { identityChecks, lacksIdentity } from "../../doctor/identity-check.ts";
import { rulesChecks } from "../../doctor/rules-check.ts";
import { type AskedSecret, secretChecks, toldElsewhere } from "../../doctor/secret-check.ts";
import { NotHere } from "../../error.ts";
import { forkRule, type Policy } from "../../grant/policy.ts";
import { createMask, type Mask } from "../../secret/mask.ts";
import { createRunCommand } from "../../system/child.ts";
import { systemClock } from "../../system/clock.ts";
import { readFileWithin } from "../../system/file.ts";
import { exists, readText, textLimitBytes } from "../../system/text-file.ts";
import { openSession, type Session, statusOfSignal } from "../build/session.ts";
import { namedRecipes, readContainerRequests, readRequests } from "../grant-requests.ts";
import { type Machine, openMachine } from "../machine.ts";
import { printReport } from "../print-report.ts";
import { openSourceHost } from "../secret/source-host.ts";
import { createWarn } from "../warn-once.ts";
import type { DoctorCommand } from "./arguments.ts";
import { askBuckets } from "./ask-buckets.ts";
import { askIdentities } from "./ask-identities.ts";
import { askSecrets } from "./ask-secrets.ts";
import { openLending } from "./lending.ts";
import { lookAtDocker } from "./look-at-docker.ts";
import { lookAtGrants } from "./look-at-grants.ts";
import { lookAtMachine } from "./look-at-machine.ts";
import { recordClock } from "./record-clock.ts";
import { findWanted, type Wanted } from "./wanted.ts";

/** The sections, in their order on the screen. */
const headings = {
  machine: "Machine",
  docker: "Docker",
  rules: "Rules",
  identity: "Identity",
  secret: "Secrets",
  bucket: "Buckets",
};

/** Looks at everything and says how it is. Gives the exit status. @throws SealError CONFIG, GRANT, ARGUMENT */
export async function runDoctor(command: DoctorCommand): Promise<number> {
  const mask = createMask();
  const machine = openMachine();
  const session = openSession(machine, mask);
  try {
    const checks = await checkAll(command, session, mask);
    const signal = session.signal();
    if (signal !== undefined) return statusOfSignal(signal);
    machine.print(mask.text(printReport(checks, command.format, headings, machine)));
    return checks.some((check) => countsAs(check, command.failOn)) ? 1 : 0;
  } finally {
    await session.close();
  }
}

type Rules = {
  readonly config: Config | undefined;
  readonly configPath: string | undefined;
  readonly placeOf: PlaceOf | undefined;
  readonly policy: Policy;
};

async function checkAll(command: DoctorCommand, session: Session, mask: Mask): Promise<Check[]> {
  const { machine } = session;
  const rules = await readRules(command, machine);
  const [ofMachine, docker, asked] = await Promise.all([
    lookAtMachine(session),
    lookAtDocker(session, command),
    askIssuers(command, rules, session, mask),
  ]);
  return [
    ...ofMachine,
    clockCheck(asked.clock),
    ...dockerChecks(docker, rules.policy),
    ...rulesChecks({ ...rules, fork: asked.fork }),
    ...asked.checks,
  ];
}

async function readRules({ config: named }: DoctorCommand, machine: Machine): Promise<Rules> {
  const { environment, folder } = machine;
  const place = { named: named ?? (environment["BUILDSEAL_CONFIG"] || undefined), start: folder };
  const [policy, found] = await Promise.all([
    readPolicy(environment["BUILDSEAL_POLICY"], readText),
    readConfig(place, { readText, exists, warn: createWarn(machine) }),
  ]);
  return { policy, config: found?.config, configPath: found?.path, placeOf: found?.placeOf };
}

/** Who the job is, what it can have, and the buckets that it opens; what was had is given back. */
async function askIssuers(
  command: DoctorCommand,
  { config, placeOf, policy }: Rules,
  session: Session,
  mask: Mask,
): Promise<{ readonly checks: Check[]; readonly clock: readonly ClockReading[]; readonly fork: string | undefined }> {
  const { machine } = session;
  const { environment } = machine;
  const { allowExec, dryRun } = command;
  const variable = environment["BUILDSEAL_WITH"];
  const named = namedRecipes({ flag: "--with", names: command.recipes, variable });
  // what only a container gets is checked, too; what steps get by name is the same there
  const requests = [
    ...(await readRequests({ config, placeOf }, named)),
    ...(await readContainerRequests({ config, placeOf }, { ...named, names: [] })),
  ];
  const wanted = await findWanted({ config, requests, folder: machine.folder, environment, readBytes });
  const identities = config?.identities ?? {};
  const keeper = await session.store().catch(() => noKeeper);
  const run = createRunCommand(environment, keeper);
  const place = await openSourceHost({ machine, mask: mask.text, policy, identities, run, readText, allowExec });
  const { exchange, readings } = recordClock(place.host.exchange, machine.now);
  const host = { ...place.host, exchange };

  const lending = openLending(systemClock, (sentence) => machine.say(mask.text(sentence)));
  session.beforeExit(lending.abandon);
  try {
    const ask = { policy, allowExec, dryRun, fork: place.fork, host, mask };
    const [asked, secrets] = await Promise.all([
      askIdentities({ ...ask, identities, roleArn: roleNamedIn(wanted.secrets) }),
      askSecrets({ ...ask, wanted: wanted.secrets, lending, missingRole: place.missingRole }),
    ]);
    const { beforeExit } = session;
    const buckets = await askBuckets({ wanted, secrets, host, mask, dryRun, end: lending.end, beforeExit });
    const ended = new Map((await lending.giveBack()).map((one) => [one.name, one]));
    const now = machine.now();
    const mayHave = place.fork === undefined || forkRule(policy) === "read-only";
    const waiting = secrets.filter(({ kind, optional }) => mayHave && !optional && needsIdentity.has(kind));
    const needed = {
      chain: waiting.some(({ identity, answer }) => identity === undefined && isNone(answer)),
      named: new Set(waiting.flatMap(({ identity }) => identity ?? [])),
    };
    const isNoneTold = lacksIdentity(asked, needed);
    const checks = [
      ...lookAtGrants(requests, new Set(Object.keys(config?.secrets ?? {})), secrets),
      ...identityChecks(asked, needed, now),
      ...secrets.flatMap((one) =>
        secretChecks({ ...one, end: ended.get(one.name) }, now, toldElsewhere(one, asked, isNoneTold)),
      ),
      ...buckets,
    ];
    return { checks, clock: readings(), fork: place.fork };
  } catch (error) {
    await lending.abandon();
    throw error;
  }
}

/** Nothing came of it, for want of an identity; in a dry run it may be so. */
function isNone(answer: AskedSecret["answer"]): boolean {
  return answer === "not-asked" || answer instanceof NotHere;
}

function roleNamedIn(secrets: Wanted["secrets"]): string | undefined {
  const sessions = [...secrets.values()].flatMap(({ source }) => (source?.from === "aws-session" ? [source] : []));
  return sessions.find(({ roleArn }) => roleArn !== undefined)?.roleArn;
}

/** Sources that begin with who the job is. */
const needsIdentity: ReadonlySet<string> = new Set(["aws-session", "huggingface", "octo-sts", "identity"]);

/** Without a place of our own there is nobody who would end a helper's processes for us. */
const noKeeper = { keepChild: () => {}, forgetChild: () => {} };

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  const read = await readFileWithin(path, textLimitBytes);
  return read.kind === "read" ? read.bytes : undefined;
}
