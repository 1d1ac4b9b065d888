import { text } from "node:stream/consumers";
import type { Machine } from "../machine.ts";
import type { Container } from "./container.ts";
import type { RunTools } from "./tools.ts";

export type StayAsk = {
  readonly status: number;
  readonly container: Container;
  readonly tools: RunTools;
  readonly machine: Machine;
};

/**
 * What to do when docker has ended: a container that runs on has lost its way to us. Where the user detached from it (the
 * keys of `-t`) we stay until it ends; where docker failed or died it is killed, for its secrets go.
 *
 * @returns the exit status
 */
export async function stayWith({ status, container, tools, machine }: StayAsk): Promise<number> {
  // no status tells: docker ends with 1 where its stdout is closed, as a container might
  if ((await container.isRunning()) !== true) return status;
  const id = (await container.id()) ?? "";
  if (status !== 0) {
    machine.say(`docker ended and the container ${id.slice(0, 12)} ran on: it was killed, for its secrets go now`);
    await container.kill();
    return status;
  }
  machine.say(
    `detached: the container ${id.slice(0, 12)} keeps its secrets while buildseal runs, so it waits (docker attach ${id.slice(0, 12)} goes back; Ctrl-C ends both)`,
  );
  const waiting = tools.start({ words: ["wait", id], stdout: "pipe" });
  waiting.stderr.resume();
  const [said, end] = await Promise.all([waiting.stdout === undefined ? "" : text(waiting.stdout), waiting.ended]);
  if (end.status === 0 && /^\d+\s*$/.test(said)) return Number(said);
  await container.kill();
  return end.status;
}
