import type { BuildCommand } from "../buildx/build-command.ts";
import { parseBuildCommand } from "../buildx/parse-build-command.ts";
import { createMask } from "../secret/mask.ts";
import { createFolder } from "../system/folder.ts";
import { carryOut } from "./build/carry-out.ts";
import { allowThisBuilder, askBuilder, findTools } from "./build/docker.ts";
import { writeGitConfiguration } from "./build/git-configuration.ts";
import { asksForGrants, basesOf, planBuild } from "./build/grants.ts";
import { passOn, passOnHelp } from "./build/pass-on.ts";
import { showPlan } from "./build/print.ts";
import { readWishes } from "./build/requests.ts";
import { openSession, type Session, statusOfSignal } from "./build/session.ts";
import { readSite } from "./build/site.ts";
import { printFailure } from "./failure.ts";
import { openMachine } from "./machine.ts";

/**
 * `buildseal build`: Docker's build with short-lived secrets on the steps that need them, and nothing published before
 * it was searched. Gives the exit status; what keeps buildseal from doing its part is said, and is status 2.
 */
export async function build(words: readonly string[]): Promise<number> {
  const mask = createMask();
  const machine = openMachine();
  const session = openSession(machine, mask);
  try {
    const status = await runBuild(parseBuildCommand(words), session);
    const signal = session.signal();
    return signal === undefined ? status : statusOfSignal(signal);
  } catch (error) {
    const signal = session.signal();
    if (signal !== undefined) return statusOfSignal(signal);
    const stack = machine.environment["BUILDSEAL_DEBUG"] === "1";
    process.stderr.write(mask.text(printFailure(error, { stack })));
    return 2;
  } finally {
    await session.close();
  }
}

async function runBuild(command: BuildCommand, session: Session): Promise<number> {
  const { machine } = session;
  const tools = await findTools(command, session);
  if (command.help) return passOnHelp(command, tools, machine);
  if (command.refused !== undefined || command.call !== "build") return passOn(command, tools);

  const folder = createFolder({
    workFolder: async () => (await session.store()).openWorkFolder(),
    run: session.run({ ...machine.environment, GIT_TERMINAL_PROMPT: "0" }),
    gitConfiguration: () => writeGitConfiguration(command, session),
  });
  // almost every build needs it, and asking takes as long as all the reading
  const asked = lazily(() => askBuilder(command, tools, session), command.own.scan !== "off");
  const site = await readSite(command, machine, folder);
  if ("refused" in site) return passOn(command, tools, site.stdinAsIs);
  const wishes = await readWishes(site, command, machine);

  const isGranting = asksForGrants(site, wishes.requests);
  const builder = isGranting || wishes.scan !== "off" ? await asked() : undefined;
  if (builder !== undefined) allowThisBuilder(site.policy, builder);
  const bases =
    isGranting && builder !== undefined ? await builder.bases(basesOf(site), site.facts.platform) : new Map();
  const granted = isGranting
    ? await planBuild(site, command, machine, wishes.requests, builder?.facts.frontendTakesEnv ?? false, bases)
    : undefined;

  if (command.own.print) return showPlan({ command, site, wishes, granted, builder: builder?.facts, tools, machine });
  return carryOut({ command, site, wishes, granted, builder, tools, session, readText: folder.readText });
}

/** A promise that is made once: at once where `early`, else when it is first asked for. Its failure waits to be asked for. */
function lazily<Value>(make: () => Promise<Value>, early: boolean): () => Promise<Value> {
  let made = early ? make() : undefined;
  made?.catch(() => {});
  return () => {
    made ??= make();
    return made;
  };
}
