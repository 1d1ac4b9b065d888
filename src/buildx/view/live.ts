import type { Step, StepStatus, Warning } from "../progress/build-model.ts";
import { fitTo, justify } from "./fit.ts";
import type { View, ViewOptions } from "./view.ts";
import { amount, failure, lastLines, logTime, seconds, warningList } from "./words.ts";

const frameMs = 100;
/** The last lines of a running step, at most. */
const mostLines = 6;
/** BuildKit's own chores are told only where they took time. */
const longChoreMs = 500;

const hideCursor = "\x1b[?25l";
const showCursor = "\x1b[?25h";

type Entry = {
  readonly step: Step;
  /** This view's clock when the step began. */
  readonly beganMs: number;
  readonly statuses: Map<string, StepStatus>;
  tail: string[];
  partial: string;
};

/** What of log-update is used. */
type Region = { (text: string): void; clear: () => void };
export type CreateRegion = (stream: NodeJS.WritableStream, options: { showCursor: boolean }) => Region;

/**
 * For a terminal: a line for each step that is over, where it stays; below, as long as the build lasts, the running steps
 * with their time and last lines. Steps from the cache are counted, not told one by one.
 */
export function createLiveView(options: ViewOptions, createRegion: CreateRegion): View {
  const { write, nowMs, every, size, colours } = options;
  const running = new Map<Step, Entry>();
  const over = new Set<Step>();
  const started = new Set<Step>();
  const warnings: Warning[] = [];
  const beganMs = nowMs();
  let cachedCount = 0;
  let kept = "";
  const stream = {
    write: (text: string) => write(text),
    isTTY: true,
    get columns() {
      return size().columns;
    },
    get rows() {
      return size().rows;
    },
  };
  // Of a stream, log-update uses nothing else.
  const region = createRegion(stream as unknown as NodeJS.WritableStream, { showCursor: true });
  write(hideCursor);
  const stop = every(frameMs, draw);

  function style(code: number, text: string): string {
    return colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  /** Prints above the region, where it stays. */
  function keep(text: string): void {
    kept += text;
  }

  function draw(): void {
    if (kept !== "") {
      region.clear();
      write(kept);
      kept = "";
    }
    region(frame());
  }

  function frame(): string {
    const { columns, rows } = size();
    const title = `[+] Building ${seconds(nowMs() - beganMs)} (${over.size}/${started.size})`;
    const entries = [...running.values()];
    const space = Math.max(0, rows - 2 - entries.length);
    const each = Math.min(mostLines, Math.floor(space / Math.max(1, entries.length)));
    const lines = entries.flatMap((entry) => [
      justify(` > #${entry.step.number} ${entry.step.name}`, seconds(nowMs() - entry.beganMs), columns - 1),
      ...details(entry, each).map((line) => style(2, fitTo(`   ${line}`, columns - 1))),
    ]);
    return [fitTo(title, columns - 1), ...lines.slice(0, Math.max(0, rows - 2))].join("\n");
  }

  function details({ statuses, tail, partial }: Entry, most: number): string[] {
    const moving = [...statuses.values()].filter(({ completedMs }) => completedMs === undefined);
    const lines = [...moving.map((status) => `${status.id}${amount(status)}`), ...tail, ...(partial ? [partial] : [])];
    return most === 0 ? [] : lines.slice(-most);
  }

  function keepCached(): void {
    if (cachedCount > 0) {
      keep(`${style(32, "✔")} ${cachedCount === 1 ? "1 step" : `${cachedCount} steps`} from the cache\n`);
      cachedCount = 0;
    }
  }

  function keepStep(step: Step, tail: readonly string[]): void {
    const isChore = step.name.startsWith("[internal]") && step.durationMs < longChoreMs;
    if (step.state === "cached") {
      cachedCount++;
    } else if (step.state !== "done" || !isChore) {
      keepCached();
      const sign = { failed: style(31, "✘"), canceled: style(33, "-") }[step.state as string] ?? style(32, "✔");
      const line = justify(`#${step.number} ${step.name}`, seconds(step.durationMs), Math.max(20, size().columns - 3));
      keep(`${sign} ${line}\n`);
    }
    if (step.state === "failed") {
      keep(`${style(31, `ERROR: ${step.error}`)}\n${failure(step, tail)}`);
    }
  }

  return {
    item() {},
    event(event) {
      if (event.kind === "text") {
        keepCached();
        keep(`${event.line}\n`);
        return;
      }
      if (event.kind === "warning") {
        warnings.push(event.warning);
        return;
      }
      const { step } = event;
      const entry = running.get(step);
      switch (event.kind) {
        case "step-started":
          started.add(step);
          over.delete(step);
          running.set(step, { step, beganMs: nowMs(), statuses: new Map(), tail: [], partial: "" });
          break;
        case "step-over":
          running.delete(step);
          over.add(step);
          keepStep(step, entry?.tail ?? []);
          break;
        case "status":
          entry?.statuses.set(event.status.id, event.status);
          break;
        case "log":
          if (entry) {
            entry.tail.push(...event.lines.slice(-lastLines).map((line) => `${logTime(event.afterMs)} ${line}`));
            entry.tail.splice(0, entry.tail.length - lastLines);
            entry.partial = event.partial;
          }
          break;
      }
    },
    end() {
      stop();
      region.clear();
      keepCached();
      const list = warningList(warnings);
      write(`${kept}[+] Building ${seconds(nowMs() - beganMs)} (${over.size}/${started.size})\n${list}${showCursor}`);
      kept = "";
    },
  };
}
