import type { Step, Warning } from "../progress/build-model.ts";
import type { View, ViewOptions } from "./view.ts";
import { failure, lastLines, logTime, warningList } from "./words.ts";

/** Nothing but what went wrong: the failed step with its last lines, buildx's own lines, warnings. */
export function createQuietView({ write }: Pick<ViewOptions, "write">): View {
  const tails = new Map<Step, string[]>();
  const warnings: Warning[] = [];
  return {
    item() {},
    event(event) {
      if (event.kind === "log") {
        const tail = tails.get(event.step) ?? [];
        tail.push(...event.lines.slice(-lastLines).map((line) => `${logTime(event.afterMs)} ${line}`));
        tail.splice(0, tail.length - lastLines);
        tails.set(event.step, tail);
      } else if (event.kind === "step-over") {
        if (event.step.state === "failed") {
          write(failure(event.step, tails.get(event.step) ?? []));
        }
        tails.delete(event.step);
      } else if (event.kind === "warning") {
        warnings.push(event.warning);
      } else if (event.kind === "text") {
        write(`${event.line}\n`);
      }
    },
    end() {
      const list = warningList(warnings);
      if (list !== "") {
        write(list);
      }
    },
  };
}
