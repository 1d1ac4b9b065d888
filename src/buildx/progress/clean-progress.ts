import type { Mask, MaskHit, MaskStream } from "../../secret/mask.ts";
import { createEscapeStripper, type EscapeStripper, stripEscapes } from "../terminal/strip-escapes.ts";
import type { ProgressItem } from "./parse-progress.ts";
import type { SolveStatus, SourceInfo, Vertex, VertexLog, VertexStatus, VertexWarning } from "./solve-status.ts";

/** A status in which nothing is left that could attack a terminal, and no value of a secret. */
export type CleanStatus = {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly CleanLog[];
  readonly warnings: readonly CleanWarning[];
};

/** What is decided of a step's output so far: whole characters, but not always the bytes of one entry of the status. */
export type CleanLog = {
  readonly vertex: string;
  readonly stream: number;
  readonly timestamp: string | undefined;
  readonly bytes: Uint8Array;
};

export type CleanWarning = Omit<VertexWarning, "short" | "detail"> & {
  readonly short: string;
  readonly detail: readonly string[];
};

export type CleanItem =
  | { readonly kind: "status"; readonly status: CleanStatus }
  | { readonly kind: "text"; readonly line: string };

/** A value that was hidden, and the step that printed it or that has it in its name; without one, buildx itself. */
export type Exposure = MaskHit & { readonly vertex?: string; readonly step?: string };

export type ProgressCleaner = {
  readonly push: (item: ProgressItem) => void;
  readonly end: () => void;
  /** What was hidden so far. */
  readonly exposures: () => Exposure[];
};

type Channel = { readonly strip: EscapeStripper; readonly mask: MaskStream };

/**
 * Strips terminal escapes first and masks then: an escape in the middle of a value must not hide it from the mask.
 *
 * @param hidden texts that are left out of the names of steps and of what buildx quotes of the Dockerfile: the mounts that
 * were inserted, each with the blank behind it.
 */
export function createProgressCleaner(
  mask: Mask,
  hidden: readonly string[],
  emit: (item: CleanItem) => void,
): ProgressCleaner {
  const channels = new Map<string, Channel>();
  const names = new Map<string, string>();
  const exposures = new Map<string, Exposure>();
  const ownText = createChannel();
  let ownRest = "";

  function createChannel(): Channel {
    return { strip: createEscapeStripper(), mask: mask.stream() };
  }

  function channelOf(vertex: string, stream: number): Channel {
    const key = `${stream} ${vertex}`;
    const channel = channels.get(key) ?? createChannel();
    channels.set(key, channel);
    return channel;
  }

  function note(hits: readonly MaskHit[], vertex: string | undefined): void {
    for (const hit of hits) {
      const key = JSON.stringify([vertex, hit.encoding, hit.name]);
      const step = vertex === undefined ? undefined : names.get(vertex);
      const count = hit.count + (exposures.get(key)?.count ?? 0);
      exposures.set(key, { ...hit, count, ...(vertex && { vertex }), ...(step !== undefined && { step }) });
    }
  }

  function clean(text: string, vertex: string | undefined): string {
    // A stream of its own, so that what others have masked meanwhile is not told of this step.
    const stream = mask.stream();
    const shown = Buffer.concat([stream.push(Buffer.from(stripEscapes(text))), stream.end()]).toString("utf8");
    note(stream.hits(), vertex);
    return shown;
  }

  function cleanName(text: string, vertex: string | undefined): string {
    return withoutHidden(clean(text, vertex).replace(/[\r\n]+/g, " "));
  }

  function withoutHidden(text: string): string {
    return hidden.reduce((shown, part) => shown.replaceAll(part, ""), text);
  }

  function cleanBase64(data: string, vertex: string | undefined): string {
    return clean(Buffer.from(data, "base64").toString("utf8"), vertex);
  }

  // Fields by name: one that is not known here could hold anything.
  function cleanVertex({ digest, inputs, name, started, completed, cached, error, progressGroup }: Vertex): Vertex {
    const shown = name === undefined ? undefined : cleanName(name, digest);
    if (shown !== undefined) {
      names.set(digest, shown);
    }
    return {
      digest,
      ...(inputs && { inputs }),
      ...(shown !== undefined && { name: shown }),
      ...(started !== undefined && { started }),
      ...(completed !== undefined && { completed }),
      ...(cached !== undefined && { cached }),
      ...(error !== undefined && { error: clean(error, digest) }),
      ...(progressGroup && {
        progressGroup: {
          id: progressGroup.id,
          ...(progressGroup.name !== undefined && { name: cleanName(progressGroup.name, digest) }),
          ...(progressGroup.weak !== undefined && { weak: progressGroup.weak }),
        },
      }),
    };
  }

  function cleanVertexStatus(status: VertexStatus): VertexStatus {
    const { id, vertex, name, total, current, timestamp, started, completed } = status;
    return {
      id: cleanName(id, vertex),
      vertex,
      ...(name !== undefined && { name: cleanName(name, vertex) }),
      ...(total !== undefined && { total }),
      ...(current !== undefined && { current }),
      ...(timestamp !== undefined && { timestamp }),
      ...(started !== undefined && { started }),
      ...(completed !== undefined && { completed }),
    };
  }

  function cleanLog({ vertex, stream = 1, data, timestamp }: VertexLog): CleanLog {
    const channel = channelOf(vertex, stream);
    const bytes = channel.mask.push(channel.strip.push(Buffer.from(data, "base64")));
    note(channel.mask.hits(), vertex);
    return { vertex, stream, timestamp, bytes };
  }

  /** What was held back of a step's output, when nothing can follow. */
  function restOf(vertex: string, timestamp: string | undefined): CleanLog[] {
    return [1, 2].flatMap((stream) => {
      const channel = channels.get(`${stream} ${vertex}`);
      if (channel === undefined) {
        return [];
      }
      channels.delete(`${stream} ${vertex}`);
      const bytes = drain(channel);
      note(channel.mask.hits(), vertex);
      return bytes.length === 0 ? [] : [{ vertex, stream, timestamp, bytes }];
    });
  }

  function cleanWarning(warning: VertexWarning): CleanWarning {
    const { vertex, level, short = "", detail = [], url, sourceInfo, range } = warning;
    return {
      ...(vertex !== undefined && { vertex }),
      ...(level !== undefined && { level }),
      short: cleanBase64(short, vertex),
      detail: detail.map((line) => cleanBase64(line, vertex)),
      ...(url !== undefined && { url: clean(url, vertex) }),
      ...(sourceInfo && { sourceInfo: cleanSource(sourceInfo, vertex) }),
      ...(range && { range }),
    };
  }

  function cleanSource({ filename, data, language }: SourceInfo, vertex: string | undefined): SourceInfo {
    return {
      ...(filename !== undefined && { filename: clean(filename, vertex) }),
      ...(language !== undefined && { language: clean(language, vertex) }),
      ...(data !== undefined && {
        data: Buffer.from(withoutHidden(cleanBase64(data, vertex))).toString("base64"),
      }),
    };
  }

  function cleanStatus({ vertexes = [], statuses = [], logs = [], warnings = [] }: SolveStatus): CleanStatus {
    return {
      vertexes: vertexes.map(cleanVertex),
      statuses: statuses.map(cleanVertexStatus),
      logs: [
        ...logs.map(cleanLog),
        ...vertexes.flatMap(({ digest, completed }) => (completed === undefined ? [] : restOf(digest, completed))),
      ].filter(({ bytes }) => bytes.length > 0),
      warnings: warnings.map(cleanWarning),
    };
  }

  function emitOwnText(bytes: Uint8Array, isLast: boolean): void {
    note(ownText.mask.hits(), undefined);
    const lines = (ownRest + textOf(bytes)).split("\n");
    ownRest = isLast ? "" : lines.pop()!;
    if (isLast && lines.at(-1) === "") {
      lines.pop();
    }
    for (const line of lines) {
      emit({ kind: "text", line: withoutHidden(line) });
    }
  }

  return {
    push(item) {
      if (item.kind === "text") {
        emitOwnText(ownText.mask.push(ownText.strip.push(Buffer.from(`${item.line}\n`))), false);
      } else {
        emit({ kind: "status", status: cleanStatus(item.status) });
      }
    },
    end() {
      const vertexes = new Set([...channels.keys()].map((key) => key.slice(key.indexOf(" ") + 1)));
      const logs = [...vertexes].flatMap((vertex) => restOf(vertex, undefined));
      if (logs.length > 0) {
        emit({ kind: "status", status: { vertexes: [], statuses: [], logs, warnings: [] } });
      }
      emitOwnText(drain(ownText), true);
    },
    exposures: () => [...exposures.values()],
  };
}

function drain({ strip, mask }: Channel): Uint8Array {
  return Buffer.concat([mask.push(strip.end()), mask.end()]);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
