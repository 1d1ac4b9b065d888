import type { Readable } from "node:stream";
import type { BuildEvent } from "../../buildx/progress/build-model.ts";
import type { Exposure } from "../../buildx/progress/clean-progress.ts";
import { createProgress } from "../../buildx/progress/progress.ts";
import { createView } from "../../buildx/view/create-view.ts";
import type { ViewKind } from "../../buildx/view/view.ts";
import type { Session } from "./session.ts";

export type FollowAsk = {
  readonly stderr: Readable;
  readonly session: Session;
  readonly kind: ViewKind;
  /** The mounts that were inserted: not shown in the names of steps. */
  readonly hidden: readonly string[];
  readonly onEvent: (event: BuildEvent) => void;
};

/** Shows one pass of Docker while it runs, masked. Gives the values that were hidden, with the steps that printed them. */
export async function follow({ stderr, session, kind, hidden, onEvent }: FollowAsk): Promise<readonly Exposure[]> {
  const { environment } = session.machine;
  const view = await createView(kind, {
    write: (text) => process.stderr.write(text),
    nowMs: () => performance.now(),
    every: (ms, call) => {
      const timer = setInterval(call, ms);
      return () => clearInterval(timer);
    },
    size: () => ({ columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 }),
    colours: process.stderr.isTTY === true && !environment["NO_COLOR"],
  });
  const progress = createProgress({ mask: session.mask, view, hidden, onEvent });
  try {
    for await (const chunk of stderr) {
      progress.push(chunk as Uint8Array);
      // a pipe that nobody reads fast enough must not become our memory
      if (process.stderr.writableNeedDrain) await new Promise((drained) => process.stderr.once("drain", drained));
    }
  } finally {
    progress.end();
  }
  return progress.exposures();
}

/** How the user wants to see it: Docker's own names, where `tty` and `auto` on a terminal are the live view. */
export function viewKindOf(progress: string | undefined, quiet: boolean, isTerminal: boolean): ViewKind {
  if (quiet || progress === "quiet" || progress === "none") return "quiet";
  if (progress === "rawjson") return "rawjson";
  if (progress === "plain") return "plain";
  if (progress === "tty") return "live";
  return isTerminal ? "live" : "plain";
}
