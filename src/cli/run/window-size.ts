import type { Endpoint } from "../../buildx/endpoint.ts";
import { resizeContainer } from "../../system/docker.ts";

/** How long a container may take to start before its terminal has a size. */
const tries = 200;
const pauseMs = 50;

export type WindowAsk = {
  readonly engine: Endpoint;
  /** Undefined while the container is not there yet. */
  readonly container: () => Promise<string | undefined>;
  readonly terminal: NodeJS.WriteStream;
};

/**
 * Docker sees a pipe where the terminal is, so it does not know the terminal's size: the engine is told by us. An engine
 * that only docker can speak to (TLS, ssh) is told nothing.
 */
export function keepWindowSize({ engine, container, terminal }: WindowAsk): { readonly stop: () => void } {
  let isOver = false;
  let isStarted = false;
  const tell = async (): Promise<boolean> => {
    const id = await container();
    return id !== undefined && resizeContainer(engine, id, terminal.rows, terminal.columns);
  };
  const start = async (): Promise<void> => {
    for (let tried = 0; tried < tries && !isOver; tried++) {
      isStarted = await tell();
      if (isStarted) return;
      await new Promise((done) => setTimeout(done, pauseMs).unref());
    }
  };
  const onResize = (): void => void (isStarted && tell());
  terminal.on("resize", onResize);
  void start();
  return {
    stop: () => {
      isOver = true;
      terminal.off("resize", onResize);
    },
  };
}
