import { readSolveStatus, type SolveStatus } from "./solve-status.ts";
import { createValueScanner } from "./value-scanner.ts";

/** What stands in buildx's standard error under `--progress=rawjson`: statuses, and lines that are none. */
export type ProgressItem =
  | { readonly kind: "status"; readonly status: SolveStatus }
  | { readonly kind: "text"; readonly line: string };

export type ProgressParser = {
  readonly push: (chunk: Uint8Array) => void;
  /** The stream is over: what is not complete is handed on as text. */
  readonly end: () => void;
};

/** A longer line is handed on in pieces; a bigger value is none of buildx's. */
const longestLineBytes = 1024 * 1024;
const biggestValueBytes = 256 * 1024 * 1024;

const lineFeed = 0x0a;
const openBrace = 0x7b;

/**
 * Takes JSON values apart from lines of text. A value begins where a line or another value does; it stands on one line
 * (buildx 0.29 and later), or on several (0.13.1). What looks like a value and is none, or is cut off, is handed on as
 * the text that it is. The work grows with the bytes, not with what is pending.
 */
export function createProgressParser(emit: (item: ProgressItem) => void): ProgressParser {
  let mode: "line start" | "behind a value" | "text" | "value" = "line start";
  const scanner = createValueScanner();
  /** What came of the line or value at hand in earlier chunks. */
  let parts: Uint8Array[] = [];
  let partsBytes = 0;

  function keep(bytes: Uint8Array): void {
    parts.push(bytes.slice());
    partsBytes += bytes.length;
  }

  function take(last: Uint8Array): Buffer {
    const whole =
      parts.length === 0 ? Buffer.from(last.buffer, last.byteOffset, last.length) : Buffer.concat([...parts, last]);
    parts = [];
    partsBytes = 0;
    return whole;
  }

  function emitLine(line: Buffer): void {
    const end = line.at(-1) === 0x0d ? line.length - 1 : line.length;
    emit({ kind: "text", line: line.toString("utf8", 0, end) });
    mode = "line start";
  }

  /** What was taken for a value is text: hands on its lines, and keeps what has no line's end yet. */
  function giveUp(text: Buffer): void {
    let from = 0;
    for (let end = text.indexOf(lineFeed); end >= 0; end = text.indexOf(lineFeed, from)) {
      emitLine(text.subarray(from, end));
      from = end + 1;
    }
    mode = from < text.length ? "text" : "line start";
    if (from < text.length) {
      keep(text.subarray(from));
    }
  }

  function emitValue(text: Buffer): void {
    const status = parse(text);
    if (status === undefined) {
      giveUp(text);
    } else {
      mode = "behind a value";
      emit({ kind: "status", status });
    }
  }

  function begin(chunk: Uint8Array, at: number): number {
    let i = at;
    if (mode === "behind a value") {
      while (i < chunk.length && isBlank(chunk[i]!)) {
        i++;
      }
      if (i === chunk.length) {
        return i;
      }
      if (chunk[i] === lineFeed) {
        mode = "line start";
        return i + 1;
      }
    }
    mode = chunk[i] === openBrace ? "value" : "text";
    scanner.begin();
    return i;
  }

  function goOnWithText(chunk: Uint8Array, at: number): number {
    const end = chunk.indexOf(lineFeed, at);
    if (end >= 0) {
      emitLine(take(chunk.subarray(at, end)));
      return end + 1;
    }
    keep(chunk.subarray(at));
    if (partsBytes > longestLineBytes) {
      emitLine(take(new Uint8Array(0)));
    }
    return chunk.length;
  }

  function goOnWithValue(chunk: Uint8Array, at: number): number {
    const { end, verdict } = scanner.scan(chunk, at);
    if (verdict === "whole") {
      emitValue(take(chunk.subarray(at, end)));
    } else if (verdict === "no value") {
      giveUp(take(chunk.subarray(at, end)));
    } else {
      keep(chunk.subarray(at));
      if (partsBytes > biggestValueBytes) {
        giveUp(take(new Uint8Array(0)));
      }
    }
    return end;
  }

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (mode === "text") {
          at = goOnWithText(chunk, at);
        } else if (mode === "value") {
          at = goOnWithValue(chunk, at);
        } else {
          at = begin(chunk, at);
        }
      }
    },
    end() {
      giveUp(take(new Uint8Array(0)));
      if (partsBytes > 0) {
        emitLine(take(new Uint8Array(0)));
      }
    },
  };
}

function parse(text: Buffer): SolveStatus | undefined {
  try {
    return readSolveStatus(JSON.parse(text.toString("utf8")));
  } catch {
    return undefined;
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
