import { hideLikelyAround } from "../../finding/hide-likely.ts";
import { type ContainerPlan, containerFolder } from "../../grant/container-plan.ts";
import { printContainer } from "../../report/container.ts";
import type { Machine } from "../machine.ts";
import type { ContainerCommand } from "./container-command.ts";
import { dockerWords, mountWord } from "./words.ts";

/** `--seal-print`: what would be run and what the container would get. No source is asked and nothing is run. */
export function showRun(command: ContainerCommand, plan: ContainerPlan, machine: Machine): number {
  const variables = [...plan.places.values()].flatMap((place) =>
    place.kind === "variable" ? [`--env=${place.variable}=…`] : [],
  );
  const own = [mountWord("<private folder>"), ...variables];
  const words = dockerWords(command, own);
  // for people to read, in a log too: what looks like a value in the user's words is starred out
  machine.print(hideLikelyAround(`docker ${words.map(quote).join(" ")}\n\n`, own.map(quote)));
  machine.print(printContainer(plan, containerFolder));
  return 0;
}

function quote(word: string): string {
  return /^[\w@%+=:,./<>…-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
