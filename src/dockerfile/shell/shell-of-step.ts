import type { Stage } from "../stage.ts";
import type { Step } from "../step.ts";

const WINDOWS_BASE = /(?:^|[/:-])(?:windows\/|windowsservercore|nanoserver|servercore)/i;
const WINDOWS_SHELL = ["cmd", "/S", "/C"];

/** The words of the shell that runs each step: by SHELL in its stage or the stages it is built upon; else undefined. */
export function shellsOf(stages: readonly Stage[]): (step: Step) => readonly string[] | undefined {
  const before = new Map<Step["instruction"], readonly string[] | undefined>();
  const last: (readonly string[] | undefined)[] = [];
  for (const stage of stages) {
    const isWindows = stage.platform?.startsWith("windows") || WINDOWS_BASE.test(stage.baseText);
    let shell = stage.baseStage === undefined ? (isWindows ? WINDOWS_SHELL : undefined) : last[stage.baseStage];
    for (const { instruction, command, trigger } of stage.commands) {
      if (!trigger && shell !== undefined) before.set(instruction, shell);
      if (command.known === "SHELL" && command.form === "json") shell = command.args;
    }
    last.push(shell);
  }
  return (step) => before.get(step.instruction);
}
