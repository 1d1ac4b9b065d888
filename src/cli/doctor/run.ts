import type { Config } from "../../config/config.ts";
import { readConfig, readPolicy } from "../../config/read-config.ts";
import { type Check, countsAs } from "../../doctor/check.ts";
import { type ClockReading, clockCheck } from "../../doctor/clock-check.ts";
import { dockerChecks } from "../../doctor/docker-check.ts";
import { identityChecks } from "../../doctor/identity-check.ts";
import { rulesChecks } from "../../doctor/rules-check.ts";
import { secretChecks } from "../../doctor/secret-check.ts";
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
import type { DoctorCommand } from "./arguments.ts";
import { askBuckets } from "./ask-buckets.ts";
import { askIdentities } from "./ask-identities.ts";
import { askSecrets } from "./ask-secrets.ts";
import { openLending } from "./lending.ts";
import { lookAtDocker } from "./look-at-docker.ts";
import { lookAtMachine } from "./look-at-machine.ts";
import { recordClock } from "./record-clock.ts";
import { findWanted } from "./wanted.ts";

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

type Rules = { readonly config: Config | undefined; readonly configPath: string | undefined; readonly policy: Policy };

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

async function readRules({ config: named }: DoctorCommand, { environment, folder }: Machine): Promise<Rules> {
  const [policy, found] = await Promise.all([
    readPolicy(environment["BUILDSEAL_POLICY"], readText),
    readConfig({ named: named ?? (environment["BUILDSEAL_CONFIG"] || undefined), start: folder }, readText, exists),
  ]);
  return { policy, config: found?.config, configPath: found?.path };
}

/** Who the job is, what it can have, and the buckets that it opens; what was had is given back. */
async function askIssuers(
  command: DoctorCommand,
  { config, configPath, policy }: Rules,
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
    ...(await readRequests({ config, configPath }, named)),
    ...(await readContainerRequests({ config, configPath }, { ...named, names: [] })),
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
      askIdentities({ ...ask, identities }),
      askSecrets({ ...ask, wanted: wanted.secrets, lending }),
    ]);
    const { beforeExit } = session;
    const buckets = await askBuckets({ wanted, secrets, host, mask, dryRun, end: lending.end, beforeExit });
    const ended = new Map((await lending.giveBack()).map((one) => [one.name, one]));
    const now = machine.now();
    const mayHave = place.fork === undefined || forkRule(policy) === "read-only";
    const needed = [...wanted.secrets.values()].some(
      ({ optional, source }) => mayHave && !optional && source !== undefined && needsIdentity.has(source.from),
    );
    const checks = [
      ...identityChecks(asked, needed, now),
      ...secrets.flatMap((one) => secretChecks({ ...one, end: ended.get(one.name) }, now)),
      ...buckets,
    ];
    return { checks, clock: readings(), fork: place.fork };
  } catch (error) {
    await lending.abandon();
    throw error;
  }
}

/** Sources that begin with who the job is. */
const needsIdentity: ReadonlySet<string> = new Set(["aws-session", "huggingface", "octo-sts", "identity"]);

/** Without a place of our own there is nobody who would end a helper's processes for us. */
const noKeeper = { keepChild: () => {}, forgetChild: () => {} };

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  const read = await readFileWithin(path, textLimitBytes);
  return read.kind === "read" ? read.bytes : undefined;
}
