import { readFileSync } from "node:fs";
import { createProgress, type Progress } from "../../../../src/buildx/progress/progress.ts";
import { createView } from "../../../../src/buildx/view/create-view.ts";
import type { ViewKind, ViewOptions } from "../../../../src/buildx/view/view.ts";
import { createMask, type Mask } from "../../../../src/secret/mask.ts";

/** A view on a clock that the test moves. */
export type Watched = {
  readonly progress: Progress;
  readonly advanceTo: (ms: number) => void;
  /** What was written so far, and since this was last asked. */
  readonly written: () => string;
  readonly fresh: () => string;
};

export async function watch(
  kind: ViewKind,
  { mask = createMask(), ...options }: Partial<ViewOptions> & { mask?: Mask } = {},
): Promise<Watched> {
  let nowMs = 0;
  const texts: string[] = [];
  let asked = 0;
  const timers = new Set<{ ms: number; next: number; call: () => void }>();
  const view = await createView(kind, {
    write: (more) => {
      texts.push(more);
    },
    nowMs: () => nowMs,
    every: (ms, call) => {
      const timer = { ms, next: nowMs + ms, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    size: () => ({ columns: 80, rows: 24 }),
    colours: false,
    ...options,
  });
  return {
    progress: createProgress({ mask, view }),
    advanceTo(ms) {
      for (;;) {
        const [due] = [...timers].filter(({ next }) => next <= ms).sort((a, b) => a.next - b.next);
        if (due === undefined) break;
        nowMs = Math.max(nowMs, due.next);
        due.next += due.ms;
        due.call();
      }
      nowMs = Math.max(nowMs, ms);
    },
    written: () => texts.join(""),
    fresh() {
      const since = texts.slice(asked).join("");
      asked = texts.length;
      return since;
    },
  };
}

const timestamp = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"/g;

/** Plays a recording as it happened: the clock follows the times in it. */
export async function replay(kind: ViewKind, file: string, options: Parameters<typeof watch>[1] = {}): Promise<string> {
  const watched = await watch(kind, options);
  let start: number | undefined;
  let latest = 0;
  for (const line of readFileSync(file, "utf8").split(/(?<=\n)/)) {
    for (const [, time] of line.matchAll(timestamp)) {
      start ??= Date.parse(time!);
      latest = Math.max(latest, Date.parse(time!) - start);
    }
    watched.advanceTo(latest);
    watched.progress.push(Buffer.from(line));
  }
  watched.advanceTo(latest + 200);
  watched.progress.end();
  return watched.written();
}
