import { createMask, type Mask } from "../secret/mask.ts";
import { openSession, type Session, statusOfSignal } from "./build/session.ts";
import { printFailure } from "./failure.ts";
import { type Machine, openMachine } from "./machine.ts";
import { parseContainerCommand } from "./run/container-command.ts";
import { runFlags } from "./run/flag-table.ts";
import { readGiven } from "./run/given.ts";
import { readCommand } from "./run/read-command.ts";
import { createSignals, type RunSignals } from "./run/signals.ts";
import { openTools, toolsFor } from "./run/tools.ts";

/** `docker run`'s own status for what went wrong before the container did. */
const notRun = 125;

/**
 * `buildseal run`: Docker's run with short-lived secrets in a mounted folder, kept fresh while the container runs, masked in
 * what it prints. Gives the container's exit status; what keeps buildseal from doing its part is said, and is status 125.
 */
export async function run(words: readonly string[]): Promise<number> {
  const mask = createMask();
  let machine: Machine;
  try {
    machine = openMachine();
  } catch (error) {
    return failed(error, mask);
  }
  const signals = createSignals();
  const session = openSession(machine, mask, {
    passOn: signals.passOn,
    secretPlace: machine.environment["BUILDSEAL_RUN_DIR"] || undefined,
  });
  try {
    return await runContainer(words, session, signals);
  } catch (error) {
    const signal = session.signal();
    return signal === undefined ? failed(error, mask) : statusOfSignal(signal);
  } finally {
    signals.stop();
    await session.close();
  }
}

function failed(error: unknown, mask: Mask): number {
  const stack = process.env["BUILDSEAL_DEBUG"] === "1";
  process.stderr.write(mask.text(printFailure(error, { stack })));
  return notRun;
}

async function runContainer(words: readonly string[], session: Session, signals: RunSignals): Promise<number> {
  const { machine } = session;
  // ours before Docker is looked for: whoever has none reads about buildseal all the same
  if (parseContainerCommand(words, runFlags()).help) (await import("./run/pass-on.ts")).printHelp(machine);
  const bare = await openTools(session);
  const command = await readCommand(words, bare);
  const given = await readGiven(command, machine.environment);
  const tools = toolsFor(bare.docker, session, { userNamed: given.bare });
  if (command.help || command.refused || command.image === undefined) {
    return (await import("./run/pass-on.ts")).passOn(command, tools);
  }
  const { readRunSite } = await import("./run/site.ts");
  const site = await readRunSite(command, machine);
  if (site.requests.length === 0) {
    if (command.own.print) machine.print("The container gets nothing.\n");
    return command.own.print ? 0 : (await import("./run/pass-on.ts")).passOn(command, tools);
  }
  const [{ refuseOutliving, refuseTargets }, { planRun }] = await Promise.all([
    import("./run/refusal.ts"),
    import("./run/plan.ts"),
  ]);
  refuseOutliving(command);
  refuseTargets(command);
  const plan = await planRun(command, given, site, tools, machine);
  const signal = session.signal();
  if (signal !== undefined) return statusOfSignal(signal);
  if (plan === undefined) return notRun;
  if (command.own.print) return (await import("./run/print.ts")).showRun(command, plan, machine);
  const { carryOut } = await import("./run/carry-out.ts");
  return carryOut({ plan, given, command, site, tools, session, signals });
}
