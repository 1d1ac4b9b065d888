import type { Machine } from "./machine.ts";

/** Says each sentence once, however often it is come upon. */
export function createWarn({ say }: Pick<Machine, "say">): (sentence: string) => void {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    say(`warning: ${sentence}`);
  };
}
