import type { Readable } from "node:stream";
import { createProgressParser } from "../../buildx/progress/parse-progress.ts";
import type { Mask } from "../../secret/mask.ts";

export type FollowAsk = {
  readonly stderr: Readable;
  readonly mask: Mask;
  readonly write: (text: string) => void;
  readonly started: (name: string) => void;
  readonly cached: (name: string) => void;
};

/** Follows one pass of Docker: shows it, masked, and tells which steps began and which came from the cache. */
export async function follow(ask: FollowAsk): Promise<void> {
  const begun = new Set<string>();
  const parser = createProgressParser((item) => {
    if (item.kind === "text") {
      ask.write(`${ask.mask.text(item.line)}\n`);
      return;
    }
    for (const vertex of item.status.vertexes ?? []) {
      if (vertex.started === undefined || begun.has(vertex.digest)) continue;
      begun.add(vertex.digest);
      ask.write(`${ask.mask.text(vertex.name ?? "")}\n`);
      if (vertex.cached) ask.cached(vertex.name ?? "");
      else ask.started(vertex.name ?? "");
    }
    for (const log of item.status.logs ?? []) ask.write(ask.mask.text(Buffer.from(log.data, "base64").toString()));
  });
  for await (const chunk of ask.stderr) parser.push(chunk as Uint8Array);
  parser.end();
}
