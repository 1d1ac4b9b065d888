import type { RunCommand } from "../../identity/host.ts";
import type { Mask } from "../../secret/mask.ts";
import { createRunCommand } from "../../system/child.ts";
import type { DockerProcess } from "../../system/docker-process.ts";
import { startDocker } from "../../system/docker-process.ts";
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
  /** Ends the running Docker as Ctrl-C would. */
  readonly interrupt: () => void;
  readonly close: () => Promise<void>;
};

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function openSession(machine: Machine, mask: Mask): Session {
  let store: Promise<OpenStore> | undefined;
  let got: (typeof signals)[number] | undefined;
  const running = new Set<DockerProcess>();
  // its result is of no use to this build, and it must not slow it
  const swept = sweepLeftovers(machine.environment, machine.now()).catch(() => []);

  const opened = (): Promise<OpenStore> => {
    store ??= openSecretStore({ environment: machine.environment, notice: machine.say }).then((open) => {
      for (const notice of open.notices) machine.say(notice);
      return open;
    });
    return store;
  };
  const keeper = {
    keepChild: (pid: number) => void store?.then((open) => open.keepChild(pid)),
    forgetChild: (pid: number) => void store?.then((open) => open.forgetChild(pid)),
  };
  const onSignal = (signal: (typeof signals)[number]): void => {
    got ??= signal;
    for (const docker of running) docker.interrupt(signal === "SIGHUP" ? "SIGTERM" : signal);
    // with no Docker to wait for nothing holds us: what was opened goes on the way out
    if (running.size === 0) process.exit(statusOfSignal(signal));
  };
  for (const signal of signals) process.on(signal, onSignal);

  return {
    machine,
    mask,
    store: opened,
    run: (environment) => createRunCommand(environment, keeper),
    start: ({ words, environment, stdin, stdout }) => {
      const [program = "", ...args] = words;
      const docker = startDocker({
        program,
        args,
        environment,
        stdin,
        stdout,
        keeper,
        asUser: machine.hardened.asUser,
      });
      running.add(docker);
      void docker.ended.then(() => running.delete(docker));
      return docker;
    },
    signal: () => got,
    interrupt: () => {
      for (const docker of running) docker.interrupt("SIGINT");
    },
    close: async () => {
      for (const signal of signals) process.off(signal, onSignal);
      await swept;
      const open = await store?.catch(() => undefined);
      for (const sentence of (await open?.close()) ?? []) machine.say(sentence);
    },
  };
}

export function statusOfSignal(signal: "SIGINT" | "SIGTERM" | "SIGHUP"): number {
  return { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal];
}
