import type { BuildCommand } from "../buildx/build-command.ts";
import { parseBuildCommand } from "../buildx/parse-build-command.ts";
import { createMask } from "../secret/mask.ts";
import { keepHeapSmall, letHeapGrow } from "../system/heap.ts";
import { allowThisBuilder, askBuilder, findTools } from "./build/docker.ts";
import { openSession, type Session, statusOfSignal } from "./build/session.ts";
import { printFailure } from "./failure.ts";
import { openMachine } from "./machine.ts";

/** By then all is loaded that a build needs. */
const loadedMs = 1000;

/**
 * `buildseal build`: Docker's build with short-lived secrets on the steps that need them, and nothing published before
 * it was searched. Gives the exit status; what keeps buildseal from doing its part is said, and is status 2.
 */
export async function build(words: readonly string[]): Promise<number> {
  // a log of a gigabyte makes much short-lived garbage: a small young generation keeps memory at half (bench/build.ts log)
  setTimeout(keepHeapSmall, loadedMs).unref();
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
    letHeapGrow();
  }
}

async function runBuild(command: BuildCommand, session: Session): Promise<number> {
  const { machine } = session;
  // ours before Docker is looked for: whoever has none reads about buildseal all the same
  if (command.help) (await import("./build/pass-on.ts")).printHelp(machine);
  const tools = await findTools(command, session);
  if (command.help || command.refused !== undefined || command.call !== "build") {
    return (await import("./build/pass-on.ts")).passOn(command, tools);
  }

  // asking the builder takes as long as loading and reading all the rest; a build that needs it not does not wait
  const asked = askBuilder(command, tools, session);
  asked.catch(() => {});
  const [{ createFolder }, { readSite }, { readWishes }] = await Promise.all([
    import("../system/folder.ts"),
    import("./build/site.ts"),
    import("./build/requests.ts"),
  ]);
  const folder = createFolder({
    environment: machine.environment,
    workFolder: async () => (await session.store()).openWorkFolder(),
    run: session.run({ ...machine.environment, GIT_TERMINAL_PROMPT: "0" }),
    gitConfiguration: async () =>
      (await import("./build/git-configuration.ts")).writeGitConfiguration(command, session),
  });
  const site = await readSite(command, machine, folder);
  if ("refused" in site) return (await import("./build/pass-on.ts")).passOn(command, tools, site.stdinAsIs);
  const wishes = await readWishes(site, command, machine);

  const { asksForGrants, basesOf, planBuild } = await import("./build/grants.ts");
  const isGranting = asksForGrants(site, wishes.requests);
  const isListed = site.policy.some(({ file }) => file.builders !== undefined);
  const builder = isGranting || isListed || wishes.scan !== "off" ? await asked : undefined;
  if (builder !== undefined) allowThisBuilder(site.policy, builder);
  const bases =
    isGranting && builder !== undefined ? await builder.bases(basesOf(site), site.facts.platform) : new Map();
  const granted = isGranting
    ? await planBuild(site, command, machine, wishes.requests, builder?.facts.frontendTakesEnv ?? false, bases)
    : undefined;

  if (command.own.print) {
    const { showPlan } = await import("./build/print.ts");
    return showPlan({ command, site, wishes, granted, builder: builder?.facts, tools, machine });
  }
  const { carryOut } = await import("./build/carry-out.ts");
  return carryOut({ command, site, wishes, granted, builder, tools, session, readText: folder.readText });
}
