import type { Exchange } from "./exchange/exchange.ts";

/** What identities and sources need of the machine; the real ones are in `system/`. */
export type Host = {
  readonly environment: Environment;
  readonly readFile: ReadFile;
  readonly run: RunCommand;
  readonly exchange: Exchange;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Hides every value that was issued up to now. */
  readonly mask: (text: string) => string;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a file holds, or why that cannot be had. Symbolic links are followed; a pipe or device is `special` and is not read. */
export type FileRead =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "missing" | "forbidden" | "directory" | "special" }
  | { readonly kind: "too-large"; readonly sizeBytes: number }
  | { readonly kind: "failed"; readonly code: string };

type ReadFile = (path: string, limitBytes: number) => Promise<FileRead>;

export type CommandRequest = {
  /** A program, looked up on PATH, and its arguments; no shell comes near them. */
  readonly command: readonly string[];
  readonly timeLimitMs: number;
  readonly outputLimitBytes: number;
  readonly signal?: AbortSignal | undefined;
};

/** `stdout` is what came of it, `stderr` the last few kilobytes, both unmasked: never show them as they are. */
export type CommandOutcome =
  | ({ readonly kind: "exited"; readonly status: number } & Printed)
  | ({ readonly kind: "killed"; readonly signal: string } & Printed)
  | ({ readonly kind: "too-slow" | "too-much" } & Printed)
  | { readonly kind: "not-found" | "not-executable" | "stopped" }
  | { readonly kind: "failed"; readonly code: string };

type Printed = { readonly stdout: Uint8Array; readonly stderr: string };

export type RunCommand = (request: CommandRequest) => Promise<CommandOutcome>;
