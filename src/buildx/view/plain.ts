import type { BuildEvent, Step, StepStatus, Warning } from "../progress/build-model.ts";
import type { View, ViewOptions } from "./view.ts";
import { amount, failure, lastLines, logTime, seconds, warningList } from "./words.ts";

/** One step's lines stay together for this long while another one waits. */
const longestWaitMs = 5000;
/** … or until it said nothing for this long. */
const silenceMs = 1000;
/** Prints at most so often. BuildKit looks at some steps twice within a few milliseconds: shown is the outcome. */
const frameMs = 100;
/** What a step may have waiting: more is printed at once. */
const longestPendingLength = 64 * 1024;
/** A transfer is told again when it is 5 % or 5 s further. */
const statusMs = 5000;
const statusShare = 0.05;

type Entry = {
  readonly step: Step;
  /** Lines that are not printed yet, as they will be; the last one can have no end. */
  pending: string;
  /** What is pending goes on with the line that was printed last. */
  continues: boolean;
  waitingSinceMs: number | undefined;
  readonly statuses: Map<string, StepStatus>;
  readonly printedStatuses: Map<string, StepStatus>;
  isOver: boolean;
  /** The last line that was printed has no end. */
  isOpen: boolean;
  tail: string[];
};

/**
 * Lines for a pipe or a log, in the form of buildx's own: `#5 [stage 2/4] RUN …`, `#5 0.312 a line`, `#5 DONE 1.2s`. The lines of
 * steps that run at the same time are kept together as long as nobody waits for too long.
 */
export function createPlainView({ write, nowMs, every }: ViewOptions): View {
  const entries = new Map<string, Entry>();
  const updated = new Set<Entry>();
  const failures: Entry[] = [];
  const warnings: Warning[] = [];
  let current: Entry | undefined;
  let isFirst = true;
  let lastFrameMs = Number.NEGATIVE_INFINITY;
  let lastPrintMs = 0;
  let out = "";
  const stop = every(frameMs, () => {
    if (updated.size > 0) {
      frame();
    }
  });

  function entryOf(step: Step): Entry {
    const known = entries.get(step.digest);
    if (known) {
      return known;
    }
    const entry: Entry = {
      step,
      pending: "",
      continues: false,
      waitingSinceMs: undefined,
      statuses: new Map(),
      printedStatuses: new Map(),
      isOver: false,
      isOpen: false,
      tail: [],
    };
    entries.set(step.digest, entry);
    return entry;
  }

  function touch(entry: Entry): void {
    entry.waitingSinceMs ??= nowMs();
    updated.add(entry);
    if (entry.pending.length > longestPendingLength || nowMs() - lastFrameMs >= frameMs) {
      frame();
    }
  }

  function addLog(entry: Entry, { lines, continues, open, afterMs }: BuildEvent & { kind: "log" }): void {
    const before = `${logTime(afterMs)} `;
    const head = `#${entry.step.number} ${before}`;
    if (entry.pending === "") {
      entry.continues = continues;
    }
    const goesOn = continues && !entry.pending.endsWith("\n");
    entry.pending += `${goesOn ? "" : head}${lines.join(`\n${head}`)}${open ? "" : "\n"}`;
    entry.tail.push(...lines.slice(-lastLines).map((line) => before + line));
    entry.tail.splice(0, entry.tail.length - lastLines);
  }

  function addLine(entry: Entry, line: string): void {
    entry.continues &&= entry.pending !== "";
    const end = entry.pending === "" || entry.pending.endsWith("\n") ? "" : "\n";
    entry.pending += `${end}#${entry.step.number} ${line}\n`;
  }

  /** Prints what is due. Steps that are over come first, then the one at hand, then who waited long enough. */
  function frame(all = false): void {
    lastFrameMs = nowMs();
    const due = [...updated];
    const over = due.filter(({ isOver }) => isOver).sort((a, b) => endOf(a) - endOf(b));
    for (const entry of over.sort((a, b) => Number(b === current) - Number(a === current))) {
      print(entry);
    }
    const running = due.filter(({ isOver }) => !isOver);
    if (current && updated.has(current)) {
      print(current);
    }
    for (const entry of running) {
      if (updated.has(entry) && (all || current === undefined || isDue(entry))) {
        print(entry);
      }
    }
    flush();
  }

  function isDue({ waitingSinceMs, pending }: Entry): boolean {
    const waited = lastFrameMs - (waitingSinceMs ?? lastFrameMs);
    const isSilent = lastFrameMs - lastPrintMs >= silenceMs;
    return waited >= longestWaitMs || (isSilent && waited >= silenceMs) || pending.length > longestPendingLength;
  }

  function print(entry: Entry): void {
    const prefix = `#${entry.step.number} `;
    turnTo(entry, prefix);
    for (const status of entry.statuses.values()) {
      if (isWorthPrinting(status, entry.printedStatuses.get(status.id))) {
        entry.printedStatuses.set(status.id, status);
        out += `${endOpenLine(entry)}${prefix}${status.id}${amount(status)}\n`;
      }
    }
    entry.statuses.clear();
    if (entry.pending !== "") {
      // Another step's lines may have come in between: what goes on with a line then gets one of its own.
      out += entry.isOpen && entry.continues ? "" : endOpenLine(entry) + (entry.continues ? prefix : "");
      out += entry.pending;
      entry.isOpen = !entry.pending.endsWith("\n");
      entry.pending = "";
    }
    entry.waitingSinceMs = undefined;
    updated.delete(entry);
    lastPrintMs = lastFrameMs;
    if (entry.isOver) {
      out += `${endOpenLine(entry)}${prefix}${outcome(entry.step)}\n`;
      entry.isOver = false;
      entry.printedStatuses.clear();
      current = undefined;
    }
  }

  function turnTo(entry: Entry, prefix: string): void {
    if (entry === current) {
      return;
    }
    if (current) {
      out += `${endOpenLine(current)}#${current.step.number} ...\n`;
    }
    out += `${isFirst ? "" : "\n"}${prefix}${entry.step.name}\n`;
    isFirst = false;
    current = entry;
  }

  function flush(): void {
    if (out !== "") {
      write(out);
      out = "";
    }
  }

  function printFailures(): void {
    frame(true);
    out += failures.map(({ step, tail }) => failure(step, tail)).join("");
    failures.length = 0;
    flush();
  }

  return {
    item() {},
    event(event) {
      switch (event.kind) {
        case "step-started":
          entryOf(event.step).isOver = false;
          touch(entryOf(event.step));
          break;
        case "step-over": {
          const entry = entryOf(event.step);
          entry.isOver = true;
          if (event.step.state === "failed") {
            failures.push(entry);
          }
          touch(entry);
          break;
        }
        case "status": {
          const entry = entryOf(event.step);
          entry.statuses.set(event.status.id, event.status);
          touch(entry);
          break;
        }
        case "log": {
          const entry = entryOf(event.step);
          if (event.lines.length > 0) {
            addLog(entry, event);
            touch(entry);
          }
          break;
        }
        case "warning": {
          warnings.push(event.warning);
          if (event.step) {
            const entry = entryOf(event.step);
            addLine(entry, `WARN: ${event.warning.short}`);
            touch(entry);
          }
          break;
        }
        case "text":
          printFailures();
          write(`${event.line}\n`);
          break;
      }
    },
    end() {
      stop();
      printFailures();
      const list = warningList(warnings);
      if (list !== "") {
        write(list);
      }
    },
  };
}

function endOf({ step }: Entry): number {
  return step.startedMs + step.durationMs;
}

/** Ends the line that is open, if one is. */
function endOpenLine(entry: Entry): string {
  const end = entry.isOpen ? "\n" : "";
  entry.isOpen = false;
  return end;
}

function isWorthPrinting(status: StepStatus, printed: StepStatus | undefined): boolean {
  if (printed === undefined || status.completedMs !== undefined) {
    return true;
  }
  const share = status.total > 0 ? (status.current - printed.current) / status.total : 0;
  return share >= statusShare || status.atMs - printed.atMs >= statusMs;
}

function outcome(step: Step): string {
  switch (step.state) {
    case "failed":
      return `ERROR: ${step.error}`;
    case "canceled":
      return "CANCELED";
    case "cached":
      return "CACHED";
    default:
      return `DONE ${seconds(step.durationMs)}`;
  }
}
