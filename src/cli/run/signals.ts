import type { DockerProcess } from "../../system/docker-process.ts";

/** What happens to signals while Docker runs: it hands them on to the container (`--sig-proxy`). */
export type RunSignals = {
  /** For the session: a signal that asks us to end, as it is. The third time the container is killed. */
  readonly passOn: (docker: DockerProcess, signal: NodeJS.Signals) => void;
  /** From now on these go to it too, and `kill` is what ends the container. */
  readonly follow: (docker: DockerProcess, kill: () => Promise<void>) => void;
  readonly stop: () => void;
};

/** What a container may wait for beside the end; nothing of ours hears them. */
const others = ["SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT"] as const;

export function createSignals(): RunSignals {
  let asked = 0;
  let kill: (() => Promise<void>) | undefined;
  const listeners = new Map<NodeJS.Signals, () => void>();
  return {
    passOn: (docker, signal) => {
      if (++asked < 3) docker.tell(signal);
      // an engine that does not answer must not hold us
      else {
        const killed = kill?.().catch(() => {}) ?? Promise.resolve();
        void killed.then(() => docker.tell("SIGKILL"));
      }
    },
    follow: (docker, killContainer) => {
      kill = killContainer;
      for (const signal of others) {
        const listener = (): void => docker.tell(signal);
        listeners.set(signal, listener);
        process.on(signal, listener);
      }
    },
    stop: () => {
      for (const [signal, listener] of listeners) process.off(signal, listener);
      listeners.clear();
    },
  };
}
