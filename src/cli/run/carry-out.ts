import { resolve } from "node:path";
import { SealError } from "../../error.ts";
import type { MaskHit } from "../../secret/mask.ts";
import { exists } from "../../system/text-file.ts";
import { statusOfSignal } from "../build/session.ts";
import { currentEngine } from "../current-engine.ts";
import { sayNotices } from "../say-notices.ts";
import { killAtDeath } from "./at-death.ts";
import { containerAt } from "./container.ts";
import { follow } from "./follow.ts";
import { issueForContainer, openSources } from "./issue.ts";
import { passOn } from "./pass-on.ts";
import { probeFolder } from "./probe.ts";
import type { CarryOutAsk } from "./ready.ts";
import { refuseSources, refuseValues } from "./refusal.ts";
import { stayWith } from "./stay.ts";
import { sayEnd } from "./summarize.ts";
import { type RunTools, toolsFor } from "./tools.ts";
import { keepWindowSize } from "./window-size.ts";
import { dockerWords, mountWord, variableWord } from "./words.ts";

/** Issues the secrets, runs the container, stays until it has ended. Gives the exit status. */
export async function carryOut(ask: CarryOutAsk): Promise<number> {
  const { command, plan, given, tools, session } = ask;
  const { machine } = session;
  // Docker refuses it, and what stands in it is another container
  if (command.cidfile !== undefined && (await exists(command.cidfile))) return passOn(command, tools);
  const store = await session.store();
  const shared = await store.openShared();
  const engine = await currentEngine(machine.environment);
  const opened = await openSources(ask);
  const sourceVariables = opened.variables;
  refuseSources({ given, sourceVariables, host: machine.environment });
  const inherited = { sourceVariables, userNamed: given.bare };
  await probeFolder(shared.path, toolsFor(tools.docker, session, inherited), engine.address);

  const { issued, grants, variables } = await issueForContainer(ask, opened.place, shared);
  try {
    refuseValues({ command, given, values: issued.values() });
    sayNotices(grants, session);
    const clean = toolsFor(tools.docker, session, { ...inherited, secrets: issued.values() });
    const cidfile = command.cidfile === undefined ? `${store.workFolder}/container` : resolve(command.cidfile);
    await store.atDeath(killAtDeath(clean, cidfile));
    if (session.signal() !== undefined) return statusOfSignal(session.signal()!);

    const own = [
      ...(grants.length === 0 ? [] : [mountWord(shared.path)]),
      ...variables.map(([name, text]) => variableWord(name, text)),
      ...(command.cidfile === undefined ? [`--cidfile=${cidfile}`] : []),
    ];
    const { status, masked } = await runDocker(ask, clean, cidfile, own);
    const ended = await issued.end();
    sayEnd({ command, plan: { ...plan, grants }, issued, ended, masked, session });
    return status;
  } finally {
    await issued.end();
  }
}

async function runDocker(
  { command, session, signals }: CarryOutAsk,
  tools: RunTools,
  cidfile: string,
  own: readonly string[],
): Promise<{ readonly status: number; readonly masked: readonly MaskHit[] }> {
  const { machine, mask } = session;
  const container = containerAt(cidfile, tools);
  const docker = tools.start({ words: dockerWords(command, own), stdin: "ours", stdout: "pipe" });
  signals.follow(docker, container.kill);
  const { stdout, stderr } = process;
  const window =
    command.tty && stdout.isTTY
      ? keepWindowSize({
          engine: await currentEngine(machine.environment),
          container: container.id,
          terminal: stdout,
        })
      : undefined;
  const streams = [
    ...(docker.stdout === undefined ? [] : [{ from: docker.stdout, to: stdout as NodeJS.WritableStream }]),
    { from: docker.stderr, to: stderr as NodeJS.WritableStream },
  ];
  const [end, ...hits] = await Promise.all([
    docker.ended,
    ...streams.map(({ from, to }) => follow({ from, to: to as NodeJS.WriteStream, mask, isTerminal: command.tty })),
  ]);
  window?.stop();
  if (end.failure !== undefined) {
    throw new SealError(
      "DOCKER",
      `docker could not be started (${end.failure})`,
      "See that it is there and may be run",
    );
  }
  const status = await stayWith({ status: end.status, container, tools, machine });
  return { status, masked: hits.flat() };
}
