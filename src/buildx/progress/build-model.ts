import { breakCommands } from "../terminal/break-commands.ts";
import type { CleanItem, CleanLog, CleanStatus, CleanWarning } from "./clean-progress.ts";
import { createLineAssembler, type LineAssembler, type LogLines } from "./log-line.ts";
import type { Vertex, VertexStatus } from "./solve-status.ts";

/** One step of a build as a reader sees it: a vertex, or the vertexes of one progress group. */
export type Step = {
  readonly digest: string;
  /** From 1, in the order in which steps began. */
  readonly number: number;
  readonly name: string;
  readonly state: "running" | "done" | "cached" | "failed" | "canceled";
  /** When it began last, and how long it ran so far in all, without breaks; in milliseconds. */
  readonly startedMs: number;
  readonly durationMs: number;
  readonly error?: string;
};

/** A part of a step that counts something. */
export type StepStatus = {
  readonly id: string;
  readonly current: number;
  /** 0: not known. */
  readonly total: number;
  readonly startedMs: number | undefined;
  readonly completedMs: number | undefined;
  readonly atMs: number;
};

export type BuildEvent =
  | { readonly kind: "step-started"; readonly step: Step }
  /** It can be over more than once: what BuildKit looks at again begins again. */
  | { readonly kind: "step-over"; readonly step: Step }
  | { readonly kind: "status"; readonly step: Step; readonly status: StepStatus }
  | ({
      readonly kind: "log";
      readonly step: Step;
      readonly stream: number;
      /** Milliseconds since the step began. */
      readonly afterMs: number;
      /** The line that has no end yet. */
      readonly partial: string;
    } & LogLines)
  | { readonly kind: "warning"; readonly step: Step | undefined; readonly warning: Warning }
  /** A line of buildx's own. */
  | { readonly kind: "text"; readonly line: string };

export type Warning = {
  readonly short: string;
  readonly detail: readonly string[];
  readonly url: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
};

export type BuildModel = {
  readonly push: (item: CleanItem) => void;
  /** Hands on lines that never ended. */
  readonly end: () => void;
  readonly steps: () => readonly Step[];
};

type Work = {
  step: { -readonly [Key in keyof Step]: Step[Key] };
  /** Begin to end, in milliseconds; no end while it runs. A step that is looked at again has several. */
  intervals: Map<number, number | undefined>;
  /** Of a group: its vertexes. */
  members: Map<string, Vertex>;
  lines: Map<number, LineAssembler>;
};

/**
 * Follows a build by its statuses and says what happened, in the order: begun, written, over. Steps of a progress group are one
 * (BuildKit's progressui does the same); a group of which only weak members began is not shown.
 */
export function createBuildModel(emit: (event: BuildEvent) => void): BuildModel {
  const works = new Map<string, Work>();
  const shown: Work[] = [];

  function workOf(vertex: Vertex): Work {
    const key = vertex.progressGroup?.id ?? vertex.digest;
    const known = works.get(key);
    if (known) {
      works.set(vertex.digest, known);
      return known;
    }
    const name = vertex.progressGroup?.name ?? vertex.name ?? "";
    const work: Work = {
      step: { digest: key, number: 0, name: breakCommands(name), state: "running", startedMs: 0, durationMs: 0 },
      intervals: new Map(),
      members: new Map(),
      lines: new Map(),
    };
    works.set(key, work);
    works.set(vertex.digest, work);
    return work;
  }

  function begin(vertex: Vertex): void {
    const work = workOf(vertex);
    const { step, members, intervals } = work;
    members.set(vertex.digest, vertex);
    if (vertex.name !== undefined && vertex.progressGroup === undefined) {
      step.name = breakCommands(vertex.name);
    }
    const started = time(vertex.started);
    if (started === undefined) {
      return;
    }
    const isNew = !intervals.has(started);
    intervals.set(started, time(vertex.completed));
    if (!isNew || (vertex.progressGroup?.weak && step.number === 0)) {
      return;
    }
    step.startedMs = Math.max(step.startedMs, started);
    step.state = "running";
    if (step.number === 0) {
      shown.push(work);
      step.number = shown.length;
    }
    emit({ kind: "step-started", step });
  }

  function complete(vertex: Vertex): void {
    const work = workOf(vertex);
    const { step, members, intervals } = work;
    const all = [...members.values()];
    const error = all.find((member) => member.error)?.error;
    step.durationMs = durationOf(intervals);
    const isOver = intervals.size > 0 && [...intervals.values()].every((end) => end !== undefined);
    if (step.number === 0 || vertex.completed === undefined || !isOver) {
      return;
    }
    if (error !== undefined) {
      step.error = breakCommands(error);
      step.state = error.endsWith("context canceled") ? "canceled" : "failed";
    } else {
      step.state = all.every(({ cached }) => cached) ? "cached" : "done";
    }
    endLines(work);
    emit({ kind: "step-over", step });
  }

  function log({ vertex, stream, timestamp, bytes }: CleanLog): void {
    const work = works.get(vertex) ?? workOf({ digest: vertex });
    if (work.step.number === 0) {
      begin({ ...work.members.get(vertex), digest: vertex, started: timestamp ?? new Date(0).toISOString() });
    }
    const lines = work.lines.get(stream) ?? createLineAssembler();
    work.lines.set(stream, lines);
    const at = time(timestamp) ?? work.step.startedMs;
    emitLines(work, stream, at, lines.push(bytes), lines.partial());
  }

  function emitLines({ step }: Work, stream: number, atMs: number, lines: LogLines, partial: string): void {
    const afterMs = Math.max(0, atMs - step.startedMs);
    emit({ kind: "log", step, stream, afterMs, partial, ...lines });
  }

  function endLines(work: Work): void {
    for (const [stream, assembler] of work.lines) {
      const lines = assembler.end();
      if (lines.lines.length > 0) {
        emitLines(work, stream, work.step.startedMs + work.step.durationMs, lines, "");
      }
    }
    work.lines.clear();
  }

  function status(status: VertexStatus): void {
    const work = works.get(status.vertex);
    if (work === undefined || work.step.number === 0) {
      return;
    }
    emit({
      kind: "status",
      step: work.step,
      status: {
        id: breakCommands(status.id),
        current: status.current ?? 0,
        total: status.total ?? 0,
        startedMs: time(status.started),
        completedMs: time(status.completed),
        atMs: time(status.timestamp) ?? work.step.startedMs,
      },
    });
  }

  function warning({ vertex, short, detail, url, sourceInfo, range }: CleanWarning): void {
    const step = vertex === undefined ? undefined : works.get(vertex)?.step;
    emit({
      kind: "warning",
      step: step?.number === 0 ? undefined : step,
      warning: {
        short: breakCommands(short),
        detail: detail.map(breakCommands),
        url,
        file: sourceInfo?.filename,
        line: range?.[0]?.start?.line,
      },
    });
  }

  function pushStatus({ vertexes, statuses, logs, warnings }: CleanStatus): void {
    vertexes.forEach(begin);
    statuses.forEach(status);
    logs.forEach(log);
    warnings.forEach(warning);
    vertexes.forEach(complete);
  }

  return {
    push(item) {
      if (item.kind === "text") {
        emit({ kind: "text", line: breakCommands(item.line) });
      } else {
        pushStatus(item.status);
      }
    },
    end: () => shown.forEach(endLines),
    steps: () => shown.map(({ step }) => step),
  };
}

function time(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** How long the intervals last together, where they overlap counted once. */
function durationOf(intervals: ReadonlyMap<number, number | undefined>): number {
  let sum = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...intervals].sort(([a], [b]) => a - b)) {
    if (to !== undefined && to > end) {
      sum += to - Math.max(from, end);
      end = to;
    }
  }
  return sum;
}
