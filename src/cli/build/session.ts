import type { RunCommand } from "../../identity/host.ts";
import type { Mask } from "../../secret/mask.ts";
import { createRunCommand } from "../../system/child.ts";
import type { DockerProcess } from "../../system/docker-process.ts";
import { startDocker } from "../../system/docker-process.ts";
import { ignoresHangUp } from "../../system/hang-up.ts";
import { type OpenStore, openSecretStore } from "../../system/secret-store.ts";
import { sweepLeftovers } from "../../system/sweep.ts";
import type { Machine } from "../machine.ts";
import type { StartAsk } from "./tools.ts";

/**
 * One build's own things on the machine: the store, opened when it is first needed, the processes that it started, and
 * the signals. `close` takes all of it away.
 */
export type Session = {
  readonly machine: Machine;
  readonly mask: Mask;
  readonly store: () => Promise<OpenStore>;
  readonly run: (environment: Readonly<Record<string, string | undefined>>) => RunCommand;
  readonly start: (ask: StartAsk & { readonly environment: Readonly<Record<string, string>> }) => DockerProcess;
  /** The signal that asked us to end, once one did. */
  readonly signal: () => "SIGINT" | "SIGTERM" | "SIGHUP" | undefined;
  /** What has to be done before a signal ends us while no Docker runs that would be waited for. */
  readonly beforeExit: (run: () => Promise<unknown>) => void;
  /** Ends the running Docker as Ctrl-C would. */
  readonly interrupt: () => void;
  readonly close: () => Promise<void>;
};

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type EndingSignal = (typeof signals)[number];

export type SessionOptions = {
  /** What a running Docker gets when a signal asks us to end: as Ctrl-C would unless given. */
  readonly passOn?: (docker: DockerProcess, signal: EndingSignal) => void;
  /** The one folder for secrets that the user named; else a usual one is found. */
  readonly secretPlace?: string | undefined;
};

/** Where nobody listens, a signal ends us. */
const ignore = (): void => {};

const interrupt = (docker: DockerProcess, signal: EndingSignal): void =>
  docker.interrupt(signal === "SIGHUP" ? "SIGTERM" : signal);

export function openSession(
  machine: Machine,
  mask: Mask,
  { passOn = interrupt, secretPlace }: SessionOptions = {},
): Session {
  let store: Promise<OpenStore> | undefined;
  let got: EndingSignal | undefined;
  const running = new Set<DockerProcess>();
  const lastDeeds: (() => Promise<unknown>)[] = [];
  // its result is of no use to this build, and it must not slow it
  const swept = sweepLeftovers(machine.environment, machine.now(), secretPlace).catch(() => []);

  const opened = (): Promise<OpenStore> => {
    const ask = { environment: machine.environment, place: secretPlace, notice: machine.say };
    store ??= openSecretStore(ask).then((open) => {
      for (const notice of open.notices) machine.say(notice);
      return open;
    });
    return store;
  };
  const keeper = {
    keepChild: (pid: number) => void store?.then((open) => open.keepChild(pid)),
    forgetChild: (pid: number) => void store?.then((open) => open.forgetChild(pid)),
  };
  const onSignal = (signal: EndingSignal): void => {
    got ??= signal;
    for (const docker of running) passOn(docker, signal);
    // with no Docker to wait for nothing holds us but what must be ended elsewhere: what was opened goes on the way out
    if (running.size > 0) return;
    const end = (): never => process.exit(statusOfSignal(got!));
    if (lastDeeds.length === 0) end();
    void Promise.allSettled(lastDeeds.map((run) => run())).then(end);
  };
  const isKept = ignoresHangUp(machine.environment);
  const listeners = signals.map((signal) => [signal, signal === "SIGHUP" && isKept ? ignore : onSignal] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);

  return {
    machine,
    mask,
    store: opened,
    run: (environment) => createRunCommand(environment, keeper),
    start: ({ words, environment, stdin, stdout, stderr }) => {
      const [program = "", ...args] = words;
      const docker = startDocker({
        program,
        args,
        environment,
        stdin,
        stdout,
        stderr,
        keeper,
        asUser: machine.hardened.asUser,
      });
      running.add(docker);
      void docker.ended.then(() => running.delete(docker));
      return docker;
    },
    signal: () => got,
    beforeExit: (run) => void lastDeeds.push(run),
    interrupt: () => {
      for (const docker of running) docker.interrupt("SIGINT");
    },
    close: async () => {
      for (const [signal, listener] of listeners) process.off(signal, listener);
      await swept;
      const open = await store?.catch(() => undefined);
      for (const sentence of (await open?.close()) ?? []) machine.say(sentence);
    },
  };
}

export function statusOfSignal(signal: "SIGINT" | "SIGTERM" | "SIGHUP"): number {
  return { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal];
}
